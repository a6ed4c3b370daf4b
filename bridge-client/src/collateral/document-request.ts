/**
 * Who hands out collateral; base URLs of each are for the caller to choose, as everything that
 * comes is checked.
 * - pccs: Intel's Provisioning Certification Service, API version 4, or a cache of it (PCCS), which
 *   has the same paths;
 * - intel-certificates: where Intel publishes its root's revocation list, which the service itself
 *   doesn't hand out;
 * - kds: AMD's Key Distribution Service (AMD document 57230).
 */
export type CollateralService = "pccs" | "intel-certificates" | "kds";

/**
 * Where a document may be had. `path` begins with a slash, has its query with it, and follows a
 * base URL of the service.
 */
export interface DocumentPlace {
  readonly service: CollateralService;
  readonly path: string;
}

/** What a service answered with status 200. */
export interface DocumentAnswer {
  readonly body: Uint8Array;
  /** The header that the request names, as it came; left out where it names none. */
  readonly issuerChain?: string;
}

/** One document that evidence is verified with. */
export interface DocumentRequest<T> {
  /** For messages. */
  readonly name: string;
  /** To be asked by GET, in this order, until an answer can be read. */
  readonly places: readonly DocumentPlace[];
  /**
   * Names of the header with the issuers' certificates, in lower case: the first that is there
   * counts. Empty where none is needed.
   */
  readonly issuerChainHeaders: readonly string[];
  /** Limit for a body. */
  readonly maximumBytes: number;
  /** Whether there will never be another answer, so that one which is kept needs no renewal. */
  readonly lasting: boolean;
  /**
   * Checks an answer: form, issuer up to the vendor's root, signature, that it was asked for and
   * holds at `now`. So a service that lies is passed over like one that is down, and nothing forged
   * is kept.
   * @param now milliseconds since 1970
   * @throws EvidenceRefusal
   */
  readonly read: (answer: DocumentAnswer, now: number) => T;
}

/**
 * Gets a document from wherever it is.
 * @throws whatever its maker chose where no answer can be had
 */
export type FetchDocument = <T>(request: DocumentRequest<T>) => Promise<T>;
