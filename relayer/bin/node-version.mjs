// @ts-check
// Older versions fail in the middle of loading libraries, with words that help nobody.

const LEAST = [20, 19];

/**
 * Says what is wrong with a version of Node.js; undefined for one that will do.
 * @param {string} version
 * @returns {string | undefined}
 */
export const versionFault = (version) => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
    ? undefined
    : `pdiem needs Node.js ${LEAST.join(".")} or newer; this is ${version}. Install a newer one and try again.`;
};
