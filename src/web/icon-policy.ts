// What an app's icon may do where it is opened by itself: nothing. It is the owner's, and an SVG could hold scripts.

export const ICON_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
