/** Set-ups as operators break them: what `pdiem check` says of each, and what it says to do. */
import { chmodSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BridgeJson, changedIn, type SoundSetUp } from "./sound-set-up.js";

export const NOBODY = "127.0.0.1:1";
const ZEROS = `0x${"01".repeat(32)}`;

export interface Broken {
  readonly title: string;
  /** Breaks it, and gives the configuration's file. */
  readonly file: (setUp: SoundSetUp) => string | Promise<string>;
  /** All that is told. */
  readonly codes: readonly string[];
  readonly found: RegExp;
  readonly cure: RegExp;
  readonly exit?: number;
}

export const BROKEN: readonly Broken[] = [
  {
    title: "Redis that isn't there",
    file: (setUp) => changedIn(setUp, () => ({ redis: { url: `redis://${NOBODY}` } })),
    codes: ["redis/away"],
    found: /connection to Redis/,
    cure: /start Redis at redis\.url/,
  },
  {
    title: "Redis that is a cluster",
    file: async (setUp) => {
      const url = await setUp.redis("--cluster-enabled", "yes");
      return changedIn(setUp, () => ({ redis: { url } }));
    },
    codes: ["redis/cluster"],
    found: /cluster/,
    cure: /without cluster mode/,
  },
  {
    title: "Redis that wants a password",
    file: async (setUp) => {
      const url = await setUp.redis("--requirepass", "secret");
      return changedIn(setUp, () => ({ redis: { url } }));
    },
    codes: ["redis/forbidden"],
    found: /NOAUTH/,
    cure: /user and password/,
  },
  {
    title: "Redis that is a replica",
    file: async (setUp) => {
      const url = await setUp.redis("--replicaof", "127.0.0.1 1", "--replica-serve-stale-data", "yes");
      return changedIn(setUp, () => ({ redis: { url } }));
    },
    codes: ["redis/read-only"],
    found: /replica/,
    cure: /lead to the primary/,
  },
  {
    title: "Redis without memory left",
    file: async (setUp) => {
      const url = await setUp.redis("--maxmemory", "1");
      return changedIn(setUp, () => ({ redis: { url } }));
    },
    codes: ["redis/out-of-memory"],
    found: /memory/,
    cure: /maxmemory/,
  },
  {
    title: "Redis that evicts",
    file: async (setUp) => {
      const url = await setUp.redis("--maxmemory-policy", "allkeys-lru");
      return changedIn(setUp, () => ({ redis: { url } }));
    },
    codes: ["redis/evicts"],
    found: /allkeys-lru/,
    cure: /CONFIG SET maxmemory-policy noeviction/,
    exit: 0,
  },
  {
    title: "Diem's nodes down",
    file: (setUp) => changedIn(setUp, () => ({ diem: { urls: [`http://${NOBODY}`] } })),
    codes: ["diem/no-node", "diem/not-looked-at", "bridge/not-looked-at"],
    found: /no node of Diem answers/,
    cure: /diem\.urls/,
  },
  {
    title: "the relay chain's nodes down",
    file: (setUp) => changedIn(setUp, () => ({ relay: { urls: [`ws://${NOBODY}`] } })),
    codes: ["relay/no-node", "relay/not-looked-at", "runtime/not-looked-at", "bridge/not-looked-at"],
    found: /no node of the relay chain answers/,
    cure: /relay\.urls/,
  },
  {
    title: "one node of two down",
    file: (setUp) => changedIn(setUp, ({ diem }) => ({ diem: { urls: [...diem.urls, `http://${NOBODY}`] } })),
    codes: ["diem/node"],
    found: /rpc\/unreachable/,
    cure: /see whether it runs/,
    exit: 0,
  },
  {
    title: "the relay chain's node given for the parachain's",
    file: (setUp) => changedIn(setUp, ({ relay }) => ({ parachain: { urls: relay.urls } })),
    codes: ["parachain/other-chain", "parachain/not-proven", "runtime/not-looked-at", "bridge/not-looked-at"],
    found: /whose block 0 is 0x/,
    cure: /name nodes of this parachain/,
  },
  {
    title: "the enclave down",
    file: (setUp) => changedIn(setUp, () => ({ enclave: { url: `http://${NOBODY}` } })),
    codes: ["enclave/unreachable", "custody/key", "assets/not-looked-at", "bridge/not-looked-at"],
    found: /127\.0\.0\.1:1/,
    cure: /start the enclave/,
  },
  {
    title: "an enclave without a key",
    file: async (setUp) => {
      const url = await setUp.anotherEnclave();
      return changedIn(setUp, () => ({ enclave: { url } }));
    },
    codes: ["enclave/empty", "custody/key", "assets/not-looked-at", "bridge/not-looked-at"],
    found: /holds none yet/,
    cure: /--config/,
  },
  {
    title: "the enclave of another bridge",
    file: async (setUp) => {
      const url = await setUp.anotherEnclave({ ...setUp.json.bridge, reserve: "7" });
      return changedIn(setUp, () => ({ enclave: { url } }));
    },
    codes: ["enclave/other-bridge", "custody/key", "assets/not-looked-at", "bridge/not-looked-at"],
    found: /expected the enclave of bridge 0x/,
    cure: /point enclave\.url at this bridge's enclave/,
  },
  {
    title: "a port that another program has",
    file: async (setUp) => {
      const port = new URL(setUp.enclave.url).port;
      return changedIn(setUp, () => ({ api: { port: Number(port) } }));
    },
    codes: ["api/taken"],
    found: /another program listens there/,
    cure: /another api\.port/,
  },
  {
    title: "an address that isn't this machine's",
    file: (setUp) => changedIn(setUp, () => ({ api: { host: "192.0.2.1", port: 8090 } })),
    codes: ["api/address", "api/open"],
    found: /EADDRNOTAVAIL/,
    cure: /an api\.host of this machine/,
  },
  {
    title: "an API that everybody reaches",
    file: (setUp) => changedIn(setUp, () => ({ api: { host: "0.0.0.0", port: 0 } })),
    codes: ["api/open"],
    found: /0\.0\.0\.0/,
    cure: /loopback, or behind a proxy/,
    exit: 0,
  },
  {
    title: "a state folder that is a file",
    file: (setUp) => {
      const file = setUp.write(setUp.json);
      writeFileSync(join(dirname(file), "state"), "");
      return file;
    },
    codes: ["files/unusable"],
    found: /no folder/,
    cure: /name another/,
  },
  {
    title: "a state folder below a pseudo file system",
    file: (setUp) => changedIn(setUp, () => ({ state: { folder: "/proc/pdiem/state" } })),
    codes: ["machine/disk"],
    found: /^0 MiB free/,
    cure: /another state\.folder/,
  },
  {
    title: "a configuration that others may write",
    file: (setUp) => {
      const file = setUp.write(setUp.json);
      chmodSync(file, 0o666);
      return file;
    },
    codes: ["files/writable-by-others"],
    found: /mode 0666/,
    cure: /chmod 0644/,
  },
  {
    title: "a password in a file that everybody may read",
    file: (setUp) => {
      const file = changedIn(setUp, ({ diem: { urls } }) => ({ diem: { urls: urls.map((url) => `${url}?key=abc`) } }));
      chmodSync(file, 0o644);
      return file;
    },
    codes: ["files/readable-by-others"],
    found: /keys or passwords/,
    cure: /chmod 0600/,
    exit: 0,
  },
];

export interface Misconfigured {
  readonly title: string;
  readonly change: (bridge: BridgeJson) => object;
  readonly code: string;
  readonly found: RegExp;
  readonly cure: RegExp;
}

/** Each makes another bridge of it: the enclave says so, too. */
export const MISCONFIGURED: readonly Misconfigured[] = [
  {
    title: "another chain id of Diem",
    change: ({ diem }) => ({ diem: { ...diem, chainId: 77 } }),
    code: "diem/other-chain",
    found: /chain id 4, Diem version/,
    cure: /correct bridge\.diem/,
  },
  {
    title: "a waypoint of another network",
    change: ({ diem }) => ({ diem: { ...diem, waypoint: `0:${"ab".repeat(32)}` } }),
    code: "diem/not-proven",
    found: /proof\/waypoint/,
    cure: /bridge\.diem\.waypoint is of another network/,
  },
  {
    title: "authorities of another relay chain",
    change: ({ relay }) => ({ relay: { ...relay, authorities: [{ id: ZEROS, weight: "1" }] } }),
    code: "relay/not-proven",
    found: /proof\//,
    cure: /pdiem relay-root/,
  },
  {
    title: "a relay block of another chain",
    change: ({ relay }) => ({ relay: { ...relay, finalized: { ...relay.finalized, hash: ZEROS } } }),
    code: "relay/other-chain",
    found: /whose block/,
    cure: /make bridge\.relay anew/,
  },
  {
    title: "another genesis of the parachain",
    change: ({ parachain }) => ({ parachain: { ...parachain, genesisHash: ZEROS } }),
    code: "parachain/other-chain",
    found: /whose block 0 is 0x/,
    cure: /correct bridge\.parachain\.genesisHash/,
  },
  {
    title: "a parachain that isn't there",
    change: ({ parachain }) => ({ parachain: { ...parachain, paraId: 4242 } }),
    code: "relay/not-proven",
    found: /4242/,
    cure: /bridge\.parachain\.paraId/,
  },
  {
    title: "an account of custody that nobody made",
    change: ({ diem }) => ({ diem: { ...diem, custody: `0x${"07".repeat(16)}` } }),
    code: "custody/missing",
    found: /not there/,
    cure: /pdiem custody plan/,
  },
];
