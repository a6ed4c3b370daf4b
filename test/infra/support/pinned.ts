/** Tells whether an image is named by what it holds, and not only by what others call it. */
export const isPinned = (image: string): boolean => /^[a-z0-9./-]+:[A-Za-z0-9._-]+@sha256:[0-9a-f]{64}$/.test(image);
