/**
 * A TDX guest under dstack, by its guest agent: https://github.com/Dstack-TEE/dstack,
 * sdk/curl/api.md
 */
import { fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { TeeError } from "../error.js";
import type { AskDstack } from "./dstack-socket.js";
import { checkReportData, padReportData } from "./report-data.js";
import { checkSealingKey } from "./sealing-key.js";
import type { Tee } from "./tee.js";

const SEALING_KEY_LENGTH = 32;
const SEALING_KEY = { path: "pdiem/sealing/v1", purpose: "sealing" };

/**
 * Lists the key providers that neither forget a key nor get it from what the host emulates. `none`
 * and `tpm` do.
 */
const KEY_PROVIDERS: readonly unknown[] = ["kms", "local-sgx"];

const textField = (fields: ReadonlyMap<string, unknown>, name: string): string => {
  const value = fields.get(name);
  if (typeof value !== "string")
    throw new TeeError("tee/answer", `expected a text "${name}" from dstack, got ${typeof value}`, "backoff");
  return value;
};

const bytesField = (fields: ReadonlyMap<string, unknown>, name: string): Uint8Array => {
  const text = textField(fields, name);
  try {
    return fromHex(text);
  } catch {
    // Without its cause, which shows the text: it may be a key.
    throw new TeeError("tee/answer", `expected "${name}" from dstack in hex, got ${text.length} characters`, "backoff");
  }
};

const providerName = (info: string): unknown => {
  try {
    const value: unknown = JSON.parse(info);
    return typeof value === "object" && value !== null && "name" in value ? value.name : undefined;
  } catch {
    return undefined;
  }
};

const checkKeyProvider = (info: string): void => {
  if (!KEY_PROVIDERS.includes(providerName(info)))
    throw new TeeError(
      "tee/key-provider",
      `expected dstack to have its keys from ${KEY_PROVIDERS.join(" or ")}, got ${JSON.stringify(info.slice(0, 80))}: ` +
        "set the app's key provider, or the bridge's key is lost with a restart",
    );
};

/**
 * Opens dstack. Evidence is a TDX quote. The sealing key is the app's. Its key provider gives it to
 * every instance that it admits under the app's id. That may be another version, where the app's
 * owner allows one, or another machine.
 * @throws TeeError where nobody answers, or the app's keys wouldn't last
 */
export const openDstack = async (ask: AskDstack): Promise<Tee> => {
  checkKeyProvider(textField(await ask("Info", {}), "key_provider_info"));
  return {
    kind: "tdx",
    evidence: async (reportData) => {
      const field = padReportData(reportData);
      const answer = await ask("GetQuote", { report_data: toHex(field) });
      const bytes = bytesField(answer, "quote");
      checkReportData("tdx", bytes, field);
      return { bytes, supplement: utf8(textField(answer, "event_log")) };
    },
    sealingKey: async () => checkSealingKey(bytesField(await ask("GetKey", SEALING_KEY), "key"), SEALING_KEY_LENGTH),
  };
};
