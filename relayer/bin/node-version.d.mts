/** Says what is wrong with a version of Node.js; undefined for one that will do. */
export const versionFault: (version: string) => string | undefined;
