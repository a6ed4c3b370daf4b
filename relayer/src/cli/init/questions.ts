/** What `pdiem init` asks for: each question is an option of the command, too. */
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { parseAccountId } from "../../account-id.js";

/** Reads an answer. @throws RangeError that says what is expected */
type Read = (text: string) => unknown;

export interface Question {
  /** The option's name, without dashes. */
  readonly flag: string;
  /** Where the answer goes. */
  readonly path: readonly string[];
  readonly text: string;
  readonly read: Read;
  /** Whether it has several answers: one list of them is written. */
  readonly isList?: boolean;
}

const expect = (holds: boolean, expected: string): void => {
  if (!holds) throw new RangeError(`expected ${expected}`);
};

const like =
  (pattern: RegExp, expected: string): Read =>
  (text) => {
    expect(pattern.test(text), expected);
    return text;
  };

const url =
  (...schemes: readonly string[]): Read =>
  (text) => {
    const isUrl = URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1));
    expect(isUrl, `a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`);
    return text;
  };

const whole =
  (least: number, most: number): Read =>
  (text) => {
    const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : -1;
    expect(value >= least && value <= most, `a whole number, ${least} to ${most}`);
    return value;
  };

const U32 = 0xffff_ffff;

const hex = (bytes: number): Read => {
  const read = like(new RegExp(`^(?:0x)?[0-9a-fA-F]{${2 * bytes}}$`), `${bytes} bytes of hex`);
  return (text) => `0x${String(read(text)).replace(/^0x/, "").toLowerCase()}`;
};

const account: Read = (text) => {
  try {
    return `0x${toHex(parseAccountId(text))}`;
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    throw new RangeError("expected an account, SS58 or 32 bytes of hex");
  }
};

const amount = like(/^[0-9]{1,39}$/, "a whole number of smallest units");

const measurement: Read = (text) => {
  const [, tee, value] = /^(sgx|tdx|sev-snp|simulated):(0x[0-9a-fA-F]{64,480})$/.exec(text) ?? [];
  expect(tee !== undefined, "a TEE and its measurement, such as sgx:0x…");
  return { tee, value };
};

const NODES = "several, of different people; the one preferred first";

/** In the order in which they are asked. */
export const QUESTIONS: readonly Question[] = [
  {
    flag: "diem-url",
    path: ["diem", "urls"],
    text: `Diem's nodes: ${NODES}`,
    read: url("http", "https"),
    isList: true,
  },
  {
    flag: "parachain-url",
    path: ["parachain", "urls"],
    text: `the parachain's nodes: ${NODES}`,
    read: url("ws", "wss", "http", "https"),
    isList: true,
  },
  {
    flag: "relay-url",
    path: ["relay", "urls"],
    text: `the relay chain's nodes: ${NODES}`,
    read: url("ws", "wss", "http", "https"),
    isList: true,
  },
  { flag: "enclave", path: ["enclave", "url"], text: "the enclave", read: url("http", "https") },
  {
    flag: "holder",
    path: ["enclave", "holders"],
    text: "or, where several hold the key together, the enclave of each slot, in their order",
    read: (text) => ({ url: url("http", "https")(text) }),
    isList: true,
  },
  { flag: "redis", path: ["redis", "url"], text: "Redis", read: url("redis", "rediss") },
  { flag: "api-port", path: ["api", "port"], text: "port of the API and the portal", read: whole(0, 65_535) },
  { flag: "chain-id", path: ["bridge", "diem", "chainId"], text: "Diem's chain id", read: whole(1, 255) },
  {
    flag: "waypoint",
    path: ["bridge", "diem", "waypoint"],
    text: "Diem's waypoint, from several people who run nodes",
    read: like(/^[0-9]{1,20}:[0-9a-fA-F]{64}$/, "<version>:<64 hex digits>"),
  },
  { flag: "custody", path: ["bridge", "diem", "custody"], text: "custody's address on Diem", read: hex(16) },
  {
    flag: "hrp",
    path: ["bridge", "diem", "hrp"],
    text: "prefix of Diem's addresses: dm, or tdm on test networks",
    read: like(/^[a-z]{1,10}$/, "small letters, such as dm"),
  },
  {
    flag: "para-id",
    path: ["bridge", "parachain", "paraId"],
    text: "the parachain's id; Asset Hub's is 1000",
    read: whole(1, U32),
  },
  {
    flag: "genesis-hash",
    path: ["bridge", "parachain", "genesisHash"],
    text: "the parachain's genesis, from several nodes",
    read: hex(32),
  },
  {
    flag: "spec-version",
    path: ["bridge", "parachain", "specVersion"],
    text: "the runtime's spec version that you have compared (pdiem runtime check)",
    read: whole(0, U32),
  },
  {
    flag: "fee-account",
    path: ["bridge", "feeAccount"],
    text: "the account on the parachain that gets the fees",
    read: account,
  },
  {
    flag: "freezer",
    path: ["bridge", "guardians", "freezer"],
    text: "the guardians' account on the parachain",
    read: account,
  },
  {
    flag: "guardian",
    path: ["bridge", "guardians", "keys"],
    text: "the guardians' public keys (pdiem guardian key)",
    read: hex(32),
    isList: true,
  },
  {
    flag: "threshold",
    path: ["bridge", "guardians", "threshold"],
    text: "how many guardians must sign",
    read: whole(1, 64),
  },
  {
    flag: "reserve",
    path: ["bridge", "reserve"],
    text: "what the issuer keeps for batches, in smallest units",
    read: amount,
  },
  {
    flag: "genesis-cost",
    path: ["bridge", "genesisCost"],
    text: "what genesis costs the issuer (pdiem assets plan)",
    read: amount,
  },
  {
    flag: "measurement",
    path: ["bridge", "measurements"],
    text: "what code may hold the key, such as sgx:0x… (npm run build:enclave)",
    read: measurement,
    isList: true,
  },
];

/** Reads the answers to one question. @throws RangeError that says what is expected */
export const readAnswers = ({ read, isList = false }: Question, texts: readonly string[]): unknown =>
  isList ? texts.map(read) : read(texts.at(-1) ?? "");
