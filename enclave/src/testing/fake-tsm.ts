import { basename, dirname } from "node:path";
import { TeeError } from "../error.js";
import type { PseudoFiles } from "../tee/pseudo-files.js";
import { systemFailure } from "./system-failure.js";

const INBLOB_MAX = 64;

/** A guest's kernel. */
export interface FakeTsmParts {
  readonly folder: string;
  /** Undefined where the kernel has the interface and no TEE registered with it. */
  readonly provider: string | undefined;
  readonly report: (inblob: Uint8Array) => Uint8Array;
  /** Undefined for a kernel that has no such attribute. */
  readonly auxblob?: Uint8Array;
  /**
   * Loses what is written: configfs asks the driver only at close, and doesn't pass on that it
   * refused.
   */
  readonly isDeaf?: boolean;
  /** Runs before each call: may throw what the kernel would, or write as another program does. */
  readonly before?: (call: string, name: string, path: string) => void;
}

interface Report {
  inblob: Uint8Array | undefined;
  generation: number;
}

export interface FakeTsm {
  readonly files: PseudoFiles;
  /** Does what another program can that knows the report. */
  readonly overwrite: (report: string, inblob: Uint8Array) => void;
  /** Tells how many reports were made, and how many are left. */
  readonly counts: () => { readonly made: number; readonly left: number };
}

/**
 * Does what `drivers/virt/coco/guest/report.c` and configfs do: attributes come with the folder
 * and go with it.
 */
export const createFakeTsm = (parts: FakeTsmParts): FakeTsm => {
  const { folder, provider, before = () => undefined } = parts;
  const reports = new Map<string, Report>();
  let made = 0;

  const reportAt = (path: string, syscall: string): Report => {
    const report = reports.get(path);
    if (report === undefined) throw systemFailure("ENOENT", syscall, path);
    return report;
  };
  const overwrite = (path: string, inblob: Uint8Array): void => {
    const report = reportAt(path, "open");
    report.inblob = inblob.slice();
    report.generation += 1;
  };
  const text = (value: string | number): Uint8Array => Buffer.from(`${value}\n`);

  const attribute = (path: string): Uint8Array => {
    const report = reportAt(dirname(path), "open");
    switch (basename(path)) {
      case "provider":
        return text(provider ?? "");
      case "generation":
        return text(report.generation);
      case "outblob":
        if (report.inblob === undefined) throw systemFailure("EINVAL", "read", path);
        return parts.report(report.inblob);
      case "auxblob":
        if (parts.auxblob !== undefined) return parts.auxblob;
        throw systemFailure("ENOENT", "open", path);
      default:
        throw systemFailure(basename(path) === "inblob" ? "EACCES" : "ENOENT", "open", path);
    }
  };

  const files: PseudoFiles = {
    read: async (path, max) => {
      before("read", basename(path), path);
      const bytes = attribute(path);
      if (bytes.length > max) throw new TeeError("tee/too-large", `more than ${max} bytes`);
      return bytes;
    },
    write: async (path, bytes) => {
      before("write", basename(path), path);
      if (basename(path) !== "inblob") throw systemFailure("EACCES", "open", path);
      if (bytes.length > INBLOB_MAX) throw systemFailure("EFBIG", "write", path);
      if (parts.isDeaf !== true) overwrite(dirname(path), bytes);
    },
    makeFolder: async (path) => {
      before("mkdir", basename(path), path);
      if (dirname(path) !== folder) throw systemFailure("ENOENT", "mkdir", path);
      if (provider === undefined) throw systemFailure("ENXIO", "mkdir", path);
      if (reports.has(path)) throw systemFailure("EEXIST", "mkdir", path);
      reports.set(path, { inblob: undefined, generation: 0 });
      made += 1;
    },
    removeFolder: async (path) => {
      before("rmdir", basename(path), path);
      reportAt(path, "rmdir");
      reports.delete(path);
    },
  };
  return { files, overwrite, counts: () => ({ made, left: reports.size }) };
};
