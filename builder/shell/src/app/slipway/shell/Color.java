package app.slipway.shell;

/** Which icons can be read on a colour. */
final class Color {
    /** The luminance at which black and white text contrast equally: sqrt(1.05 * 0.05) - 0.05. */
    private static final double EVEN_LUMINANCE = 0.179;

    private Color() {}

    /** Whether dark icons contrast better than light ones on 0xffrrggbb (WCAG 2, relative luminance). */
    static boolean isLight(int color) {
        double red = linear(color >> 16 & 0xff);
        double green = linear(color >> 8 & 0xff);
        double blue = linear(color & 0xff);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue > EVEN_LUMINANCE;
    }

    private static double linear(int channel) {
        double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
