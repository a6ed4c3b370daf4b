/** What each field of a bridge's configuration means, and where its value comes from. */

export interface FieldWords {
  /** Items of lists have the list's own path, such as `currencies.code`. */
  readonly field: string;
  readonly meaning: string;
  /** Who or which command tells it; left out where nobody has to be asked. */
  readonly from?: string;
}

const OPERATORS = "the network's operators";

export const BRIDGE_WORDS: readonly FieldWords[] = [
  { field: "diem", meaning: "Diem's network, where a client of it begins, and custody", from: OPERATORS },
  { field: "diem.chainId", meaning: "Diem's chain id, above 0", from: OPERATORS },
  {
    field: "diem.waypoint",
    meaning: "trust root of Diem: `<version>:<hex>` of a block that ends an epoch",
    from: "several people who run nodes",
  },
  { field: "diem.custody", meaning: "custody's address, 16 bytes", from: "`pdiem custody key`" },
  { field: "diem.hrp", meaning: "prefix of DIP-5 addresses, such as `dm` or `tdm`", from: OPERATORS },
  {
    field: "relay",
    meaning: "trust root of the relay chain; `pdiem relay-root` writes all of it, and `rootsTime`",
    from: "`pdiem relay-root`",
  },
  { field: "relay.setId", meaning: "number of a GRANDPA set", from: "`pdiem relay-root`" },
  { field: "relay.authorities", meaning: "the set's authorities", from: "`pdiem relay-root`" },
  { field: "relay.authorities.id", meaning: "an authority's key, 32 bytes", from: "`pdiem relay-root`" },
  { field: "relay.authorities.weight", meaning: "what its vote counts, above 0", from: "`pdiem relay-root`" },
  {
    field: "relay.finalized",
    meaning: "a relay header that this set, or the one before, has finalized",
    from: "`pdiem relay-root`",
  },
  { field: "relay.finalized.number", meaning: "its number", from: "`pdiem relay-root`" },
  { field: "relay.finalized.hash", meaning: "its hash, 32 bytes", from: "`pdiem relay-root`" },
  {
    field: "rootsTime",
    meaning: "when both roots were vouched for: they are the first checkpoint",
    from: "`pdiem relay-root`, no later than the waypoint's",
  },
  { field: "parachain", meaning: "the parachain and its runtime", from: OPERATORS },
  { field: "parachain.paraId", meaning: "the parachain's id; Asset Hub's is 1000", from: OPERATORS },
  {
    field: "parachain.genesisHash",
    meaning: "hash of the parachain's block 0, 32 bytes",
    from: "`chain_getBlockHash` of block 0, of several nodes",
  },
  {
    field: "parachain.assetsPallet",
    meaning: "name of the pallet of the wrapped assets, such as `Assets`. Asset Hub has several of one code",
    from: "`pdiem assets plan` refuses another",
  },
  {
    field: "parachain.specVersion",
    meaning: "the spec version that the first checkpoint names",
    from: "`pdiem runtime check`",
  },
  {
    field: "parachain.mortalPeriod",
    meaning: "lifetime of a batch in blocks: a power of two, 4 to 4,096; 64 is usual",
    from: "you",
  },
  {
    field: "parachain.maxConsumers",
    meaning:
      "most consumers with which an account still takes one more; in no metadata. 15 on the devnet's runtime, and 14 is safe on the others that were tried",
    from: "`pdiem runtime check`, its source",
  },
  {
    field: "parachain.profile",
    meaning:
      "optional: how calls are encoded at one pinned spec version. `statemine-900` is the devnet's. Leave it out where the runtime checks a metadata hash",
  },
  { field: "currencies", meaning: "1 to 64. The first one's asset holds the anchor", from: "you" },
  { field: "currencies.code", meaning: "Diem's, such as `XUS`", from: "you" },
  {
    field: "currencies.assetId",
    meaning: "the wrapped asset. Some chains give the next id themselves",
    from: "`pdiem assets plan`",
  },
  {
    field: "currencies.minBalance",
    meaning: "the asset's own least balance, which `pdiem assets create` makes it with; genesis proves it",
    from: "you",
  },
  { field: "currencies.minimum", meaning: "least amount of one transfer, fees included", from: "you" },
  {
    field: "currencies.maximum",
    meaning: "largest amount of one transfer, fees included. It lies below Diem's dual-attestation limit",
    from: "`pdiem custody check` proves the limit",
  },
  { field: "currencies.fees", meaning: "what a transfer costs, rounded up. Fees never change", from: "you" },
  ...(["deposit", "withdrawal", "refund"] as const).flatMap((kind) => [
    { field: `currencies.fees.${kind}`, meaning: `of a ${kind}`, from: "you" },
    { field: `currencies.fees.${kind}.fixed`, meaning: "a fixed part, in smallest units", from: "you" },
    { field: `currencies.fees.${kind}.millionths`, meaning: "millionths of the amount, below 1,000,000", from: "you" },
  ]),
  {
    field: "currencies.windows",
    meaning: "how much may pass in how long, before fees. Guardians can change amounts, never lengths",
    from: "you",
  },
  ...(["mint", "release", "refund"] as const).flatMap((kind) => [
    { field: `currencies.windows.${kind}`, meaning: `the window of each ${kind}`, from: "you" },
    { field: `currencies.windows.${kind}.length`, meaning: "its length, ms", from: "you" },
    { field: `currencies.windows.${kind}.amount`, meaning: "what may pass in it, at least the maximum", from: "you" },
  ]),
  { field: "feeAccount", meaning: "the parachain account that claimed fees are minted to", from: "you" },
  {
    field: "maxSkew",
    meaning: "how far apart both chains' proven times may be, ms; also how long a payment lives. 300,000 is usual",
    from: "you",
  },
  { field: "batchInterval", meaning: "least proven time between batches, ms", from: "you" },
  {
    field: "batch",
    meaning: "what one batch may hold, at most half a block; within it relayers go by the runtime's own weights",
    from: "`pdiem runtime check`",
  },
  { field: "batch.calls", meaning: "64 to 4,096 calls", from: "`pdiem runtime check`" },
  { field: "batch.bytes", meaning: "at least 65,536 bytes", from: "`pdiem runtime check`" },
  {
    field: "reserve",
    meaning: "issuer's free balance, in the native asset, at or below which nobody is registered",
    from: "you",
  },
  {
    field: "genesisCost",
    meaning: "what the issuer needs beside that at genesis: fee, the approval's deposit, existential deposit",
    from: "`pdiem assets plan`",
  },
  { field: "guardians", meaning: "who can freeze, pause and vouch, and never move money", from: "the guardians" },
  { field: "guardians.keys", meaning: "Ed25519 public keys, 64 at most", from: "`pdiem guardian key`" },
  { field: "guardians.threshold", meaning: "how many of them must sign", from: "the guardians" },
  {
    field: "guardians.freezer",
    meaning: "their account on the parachain, Freezer of every asset",
    from: "the guardians",
  },
  {
    field: "decisionDelay",
    meaning: "how long a decision is public before it is in force, in active time, ms; at least a day unless simulated",
    from: "the guardians",
  },
  { field: "measurements", meaning: "what code may hold the key, 1 to 64", from: "`npm run build:enclave`" },
  { field: "measurements.tee", meaning: "`sgx`, `tdx`, `sev-snp` or `simulated`", from: "you" },
  { field: "measurements.value", meaning: "the code's measurement, 0x-hex; below", from: "`npm run build:enclave`" },
  {
    field: "attestation",
    meaning:
      "what its machines must be: `dcap` for SGX and TDX, `sevSnp` for AMD. Each that a measurement names must be there",
    from: "you",
  },
  ...(["dcap", "sevSnp"] as const).flatMap((kind) => [
    {
      field: `attestation.${kind}`,
      meaning: kind === "dcap" ? "of Intel's machines" : "of AMD's machines",
      from: "you",
    },
    {
      field: `attestation.${kind}.platforms`,
      meaning: `\`"any"\`, or the machines that may be used: ${kind === "dcap" ? "PPIDs of 16 bytes" : "chip ids of 64 bytes"}`,
      from: "you",
    },
    {
      field: `attestation.${kind}.maximumAge`,
      meaning: "how old what vouches for the machine may be, ms, even if it hasn't expired",
      from: "you",
    },
    {
      field: `attestation.${kind}.maximumRootCrlAge`,
      meaning: "the same for the root's revocation list, which vendors issue about once a year",
      from: "you",
    },
  ]),
  {
    field: "attestation.dcap.statuses",
    meaning: "Intel's words that are accepted, such as `UpToDate`; never `Revoked`",
    from: "you",
  },
  {
    field: "attestation.dcap.advisories",
    meaning: '`"any"`, or the advisories that may concern a machine, such as `INTEL-SA-00289`',
    from: "you",
  },
  {
    field: "attestation.dcap.minimumEvaluationNumber",
    meaning: "the lowest `tcbEvaluationDataNumber` to judge by. It can't be raised later",
    from: "Intel's PCS",
  },
  {
    field: "attestation.sevSnp.minimumTcb",
    meaning: "the lowest TCB of each family that is admitted. Milan's root seed is public: leave it out",
    from: "AMD's bulletins",
  },
  ...(["milan", "genoa", "turin"] as const).flatMap((family) => [
    {
      field: `attestation.sevSnp.minimumTcb.${family}`,
      meaning: `of ${family.charAt(0).toUpperCase()}${family.slice(1)}; left out, none of them is admitted`,
      from: "AMD's bulletins",
    },
    ...["bootloader", "tee", "snp", "microcode", ...(family === "turin" ? ["fmc"] : [])].map((part) => ({
      field: `attestation.sevSnp.minimumTcb.${family}.${part}`,
      meaning: `its ${part}'s lowest version`,
      from: "AMD's bulletins",
    })),
  ]),
  {
    field: "holders",
    meaning: "optional: who holds the key together, k of n enclaves of different vendors; else one enclave does",
    from: "you",
  },
  { field: "holders.threshold", meaning: "how many slots sign", from: "you" },
  { field: "holders.classes", meaning: "TEEs whose failure is one failure: of one vendor", from: "you" },
  { field: "holders.classes.name", meaning: "a class's name, such as `intel`", from: "you" },
  { field: "holders.classes.tees", meaning: "its kinds of genuine TEEs: `sgx` and `tdx`, or `sev-snp`", from: "you" },
  {
    field: "holders.classes.simulated",
    meaning: "its measurements of simulated TEEs, for development",
    from: "you",
  },
  { field: "holders.slots", meaning: "the class of each slot, by its name; the first slot has number 1", from: "you" },
  {
    field: "secondHolder",
    meaning: "whether genesis waits until a second attested enclave holds the key. Say `true` in production",
    from: "you",
  },
];
