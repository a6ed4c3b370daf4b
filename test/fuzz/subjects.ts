import { dcapSubjects } from "./dcap-subjects.js";
import { otherSubjects } from "./other-subjects.js";
import { sharedSubjects } from "./shared-subjects.js";
import type { Subject } from "./subject.js";

/**
 * Evidence of every kind of the tests' own making, and real evidence where the shared folder is.
 */
export const allSubjects = async (): Promise<readonly Subject[]> => [
  ...(await dcapSubjects()),
  ...(await otherSubjects()),
  ...(await sharedSubjects()),
];
