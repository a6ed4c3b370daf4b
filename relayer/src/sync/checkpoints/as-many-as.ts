/**
 * Waits until so many have done it: the others go on meanwhile.
 * @throws the first's error of those that fail, once fewer are left
 */
export const asManyAs = (count: number, doing: readonly Promise<void>[]): Promise<void> =>
  new Promise((resolve, reject) => {
    let done = 0;
    const errors: unknown[] = [];
    for (const one of doing)
      one.then(
        () => {
          done += 1;
          if (done === count) resolve();
        },
        (error: unknown) => {
          errors.push(error);
          if (doing.length - errors.length < count) reject(errors[0]);
        },
      );
  });
