package android.content;

public interface SharedPreferences {
    String getString(String key, String otherwise);

    boolean getBoolean(String key, boolean otherwise);

    boolean contains(String key);

    Editor edit();

    interface Editor {
        /** Takes the value away where it is null. */
        Editor putString(String key, String value);

        Editor putBoolean(String key, boolean value);

        Editor remove(String key);

        /** Done before all other changes, whenever it is said. */
        Editor clear();

        boolean commit();

        void apply();
    }
}
