package android.content;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Preferences in a file, which the next process of the app finds. */
final class StoredPreferences implements SharedPreferences {
    private final File file;
    private final Properties values = new Properties();

    StoredPreferences(File file) {
        this.file = file;
        if (!file.exists()) return;
        try (InputStream in = Files.newInputStream(file.toPath())) {
            values.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized String getString(String key, String otherwise) {
        return values.getProperty(key, otherwise);
    }

    @Override
    public synchronized boolean getBoolean(String key, boolean otherwise) {
        String value = values.getProperty(key);
        return value == null ? otherwise : Boolean.parseBoolean(value);
    }

    @Override
    public synchronized boolean contains(String key) {
        return values.containsKey(key);
    }

    @Override
    public Editor edit() {
        return new Edit();
    }

    private synchronized boolean write(boolean isCleared, Map<String, String> changes) {
        if (isCleared) values.clear();
        for (Map.Entry<String, String> change : changes.entrySet()) {
            if (change.getValue() == null) values.remove(change.getKey());
            else values.setProperty(change.getKey(), change.getValue());
        }
        try (OutputStream out = Files.newOutputStream(file.toPath())) {
            values.store(out, null);
            return true;
        } catch (IOException full) {
            return false;
        }
    }

    private final class Edit implements Editor {
        private boolean isCleared = false;
        private final Map<String, String> changes = new HashMap<>();

        @Override
        public Editor putString(String key, String value) {
            changes.put(key, value);
            return this;
        }

        @Override
        public Editor putBoolean(String key, boolean value) {
            return putString(key, String.valueOf(value));
        }

        @Override
        public Editor remove(String key) {
            return putString(key, null);
        }

        @Override
        public Editor clear() {
            isCleared = true;
            return this;
        }

        @Override
        public boolean commit() {
            return write(isCleared, changes);
        }

        @Override
        public void apply() {
            commit();
        }
    }
}
