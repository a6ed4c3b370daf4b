/** What the requests and answers of `api.ts` and `handover-api.ts` have in common. Types only. */

/** `0x` and an even number of lower-case hex digits. */
export type Hex = `0x${string}`;

/** A 64-bit unsigned integer in decimal. */
export type Decimal = string;

/** How far the enclave's light clients are. What a relayer proves next starts here. */
export interface HeadsStatus {
  readonly diem: {
    /** Of the last trusted ledger info: ask a node for `get_state_proof(version)`. */
    readonly version: Decimal;
    /** Of the trusted validator set; absent while only a waypoint is trusted. */
    readonly epoch?: Decimal;
  };
  readonly relay: {
    /** Of the GRANDPA authorities that sign next. */
    readonly setId: Decimal;
    /** The last relay chain header known to be final. */
    readonly number: number;
    readonly hash: Hex;
  };
}

/** What an activated enclave is, in `activate` and `status`. */
export interface Identity {
  readonly bridgeId: Hex;
  /** The one Ed25519 public key, 32 bytes: custody's on Diem, and as account id the issuer's on the parachain. */
  readonly custodyKey: Hex;
  /** X25519 public key of this process, 32 bytes: what another enclave's key would be encrypted to. */
  readonly handoverKey: Hex;
  readonly heads: HeadsStatus;
  /** BCS of the newest signed checkpoint that was verified; absent while the configuration's roots are all there is. */
  readonly checkpoint?: Hex;
}
