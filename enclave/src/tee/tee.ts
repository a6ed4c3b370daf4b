/** What the enclave needs from the machine that protects it: all that differs between one kind of TEE and another. */
export interface Tee {
  /** Stable name of the kind, such as `simulated`. For people: who relies on it reads the evidence. */
  readonly kind: string;
  /**
   * Evidence, in the TEE's own format, that this program runs in it and chose these 32 bytes.
   * A TEE whose field is longer pads with zeros.
   * @throws TeeError
   */
  readonly evidence: (reportData: Uint8Array) => Promise<Uint8Array>;
  /**
   * Key material, 32 bytes, that this program gets on this machine and no other does, the same after a restart.
   * Not to be used but through a key derivation; the caller wipes it.
   * @throws TeeError
   */
  readonly sealingKey: () => Promise<Uint8Array>;
}
