export const bundleIn: (root?: URL) => URL;
export const isBundleFresh: (root?: URL) => boolean;
export const programIn: (root?: URL) => URL;
