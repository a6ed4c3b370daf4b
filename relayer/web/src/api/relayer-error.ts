/** What went wrong between this page and the relayer, as the relayer's API tells it. */
export class RelayerError extends Error {
  override readonly name = "RelayerError";
  constructor(
    /** The API's stable code; `page/offline` where nobody answered, `page/form` for nonsense. */
    readonly code: string,
    message: string,
    /** Whether asking again may help. */
    readonly isPassing: boolean,
  ) {
    super(message);
  }
}
