package android.content;

import android.net.Uri;
import android.os.Parcelable;
import java.util.Map;
import java.util.TreeMap;

public class Intent implements Parcelable {
    public static final String ACTION_MAIN = "android.intent.action.MAIN";
    public static final String ACTION_VIEW = "android.intent.action.VIEW";
    public static final String CATEGORY_BROWSABLE = "android.intent.category.BROWSABLE";
    public static final int FLAG_ACTIVITY_NEW_TASK = 0x10000000;
    public static final int FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY = 0x00100000;

    private String action;
    private Uri data;
    private String packageName;
    private String component;
    private int flags = 0;
    private final Map<String, Object> extras = new TreeMap<>();

    public Intent() {}

    public Intent(String action) {
        this.action = action;
    }

    public Intent(String action, Uri data) {
        this.action = action;
        this.data = data;
    }

    public Intent(Context context, Class<?> type) {
        component = type.getName();
    }

    /** What another process gets. */
    public Intent(Intent other) {
        action = other.action;
        data = other.data;
        packageName = other.packageName;
        component = other.component;
        flags = other.flags;
        extras.putAll(other.extras);
    }

    public Intent putExtra(String name, String value) {
        extras.put(name, value);
        return this;
    }

    public Intent putExtra(String name, byte[] value) {
        extras.put(name, value == null ? null : value.clone());
        return this;
    }

    public Intent putExtra(String name, boolean value) {
        extras.put(name, value);
        return this;
    }

    public Intent putExtra(String name, Parcelable value) {
        extras.put(name, value);
        return this;
    }

    public Intent replaceExtras(Intent other) {
        extras.clear();
        extras.putAll(other.extras);
        return this;
    }

    public boolean hasExtra(String name) {
        return extras.containsKey(name);
    }

    public String getStringExtra(String name) {
        Object value = extras.get(name);
        return value instanceof String ? (String) value : null;
    }

    public byte[] getByteArrayExtra(String name) {
        Object value = extras.get(name);
        return value instanceof byte[] ? ((byte[]) value).clone() : null;
    }

    public boolean getBooleanExtra(String name, boolean otherwise) {
        Object value = extras.get(name);
        return value instanceof Boolean ? (Boolean) value : otherwise;
    }

    @SuppressWarnings("unchecked")
    public <T extends Parcelable> T getParcelableExtra(String name) {
        Object value = extras.get(name);
        return value instanceof Parcelable ? (T) value : null;
    }

    /** For the phone, not Android's: all extras. */
    public Map<String, Object> extras() {
        return extras;
    }

    /** For the phone, not Android's: the class that it names, or null. */
    public String component() {
        return component;
    }

    public String getAction() {
        return action;
    }

    public Intent setAction(String value) {
        action = value;
        return this;
    }

    public Uri getData() {
        return data;
    }

    public String getDataString() {
        return data == null ? null : data.toString();
    }

    public Intent setData(Uri value) {
        data = value;
        return this;
    }

    public String getPackage() {
        return packageName;
    }

    public Intent setPackage(String value) {
        packageName = value;
        return this;
    }

    public Intent addCategory(String category) {
        return this;
    }

    public int getFlags() {
        return flags;
    }

    public Intent addFlags(int more) {
        flags |= more;
        return this;
    }

    /** What Android tells intents apart by: not their extras. */
    public String filterKey() {
        return action + " " + data + " " + packageName + " " + component;
    }
}
