/**
 * Makes an error as `node:fs` throws it.
 * @param code such as `EACCES`
 */
export const systemFailure = (code: string, syscall: string, path: string): Error =>
  Object.assign(new Error(`${code}: ${syscall} '${path}'`), { code, syscall, path });
