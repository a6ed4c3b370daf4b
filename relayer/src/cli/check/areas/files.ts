/** Folders and files of this operator: whether they are there, and whose they are. */
import { constants } from "node:fs";
import { access, chmod, stat } from "node:fs/promises";
import { makeFolder } from "@pdiem/bridge-client/make-folder";
import type { Config } from "../../../config.js";
import { holderDoors } from "../../../enclave-door.js";
import type { Finding } from "../../set-up/finding.js";
import type { Area } from "../area.js";
import type { Mend, MendableFinding } from "../mend.js";

const OTHERS_WRITE = 0o022;
const OTHERS_READ = 0o044;

interface Place {
  readonly field: string;
  readonly path: string;
}

const octal = (mode: number): string => `0${(mode & 0o777).toString(8)}`;

const permit = (path: string, mode: number): Mend => ({
  text: `chmod ${octal(mode)} ${path}`,
  isOthers: false,
  run: () => chmod(path, mode),
});

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

const missing = ({ field, path }: Place): MendableFinding => ({
  code: "files/missing",
  name: field,
  outcome: "advice",
  expected: "a folder of this user's, which alone may write it",
  found: `no ${path} yet`,
  todo: `make it, with mode 0700; else it is made at the first start`,
  mend: { text: `make ${path}`, isOthers: false, run: () => makeFolder(path, 0o700) },
});

const unusable = ({ field, path }: Place, found: string, todo: string): Finding => ({
  code: "files/unusable",
  name: field,
  outcome: "differs",
  expected: "a folder that this user may read and write",
  found: `${path}: ${found}`,
  todo,
});

/** Looks at a folder that is written to. */
const folderFinding = async (place: Place): Promise<MendableFinding> => {
  const { field, path } = place;
  try {
    const { mode, uid } = await stat(path).then((stats) => {
      if (!stats.isDirectory()) throw new RangeError("it is no folder");
      return stats;
    });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    const user = process.getuid?.() ?? uid;
    const expected = "a folder of this user's, which alone may write it";
    const found = `${path}, mode ${octal(mode)}, of user ${uid}`;
    if (uid !== user)
      return {
        code: "files/owner",
        name: field,
        outcome: "differs",
        expected,
        found,
        todo: `chown -R ${user} ${path}: what another user can write is trusted by nobody, and verified anew`,
      };
    if ((mode & OTHERS_WRITE) !== 0)
      return {
        code: "files/writable-by-others",
        name: field,
        outcome: "differs",
        expected,
        found,
        todo: `chmod 0700 ${path}: whoever writes there names what is trusted`,
        mend: permit(path, 0o700),
      };
    return { code: "files/folder", name: field, outcome: "ok", expected, found };
  } catch (error) {
    if (isMissing(error)) return missing(place);
    return unusable(
      place,
      error instanceof Error ? error.message : String(error),
      "give it to this user, or name another",
    );
  }
};

/** URLs with a password, or with what may be a key in their path. */
const hasSecret = (url: string): boolean => {
  const { password, username, search, pathname } = new URL(url);
  return password !== "" || username !== "" || search !== "" || /[A-Za-z0-9_-]{20,}/.test(pathname);
};

const urlsOf = ({ diem, parachain, relay, redis, enclave }: Config): readonly string[] => [
  ...diem.urls,
  ...parachain.urls,
  ...parachain.httpUrls,
  ...relay.urls,
  ...relay.httpUrls,
  redis.url,
  ...holderDoors(enclave).map(({ url }) => url),
];

/** Looks at who may write and read the configuration. Everything rests on what it says. */
const configFinding = async (path: string, config: Config): Promise<MendableFinding> => {
  const { mode } = await stat(path);
  const isSecret = urlsOf(config).some(hasSecret);
  const expected = isSecret ? "a file that this user alone reads and writes" : "a file that this user alone writes";
  const name = "configuration's file";
  const found = `${path}, mode ${octal(mode)}${isSecret ? ", with keys or passwords in URLs" : ""}`;
  const wanted = mode & ~(isSecret ? 0o077 : OTHERS_WRITE);
  const mend = permit(path, wanted & 0o777);
  const todo = mend.text;
  if ((mode & OTHERS_WRITE) !== 0)
    return { code: "files/writable-by-others", name, outcome: "differs", expected, found, todo, mend };
  if (isSecret && (mode & OTHERS_READ) !== 0)
    return { code: "files/readable-by-others", name, outcome: "advice", expected, found, todo, mend };
  return { code: "files/configuration", name, outcome: "ok", expected, found };
};

/** The configuration's file and the folders that it names. */
export const filesArea: Area<{ readonly file: string; readonly config: Config }> = {
  name: "files",
  look: async ({ file, config }) => [
    await configFinding(file, config),
    await folderFinding({ field: "state.folder", path: config.state.folder }),
    await folderFinding({ field: "misbehaviour.folder", path: config.misbehaviour.folder }),
  ],
};
