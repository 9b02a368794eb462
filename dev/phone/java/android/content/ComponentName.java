package android.content;

public final class ComponentName {
    private final String className;

    public ComponentName(Context context, Class<?> type) {
        className = type.getName();
    }

    public String getClassName() {
        return className;
    }
}
