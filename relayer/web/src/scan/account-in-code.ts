/** The account in what a code says: wallets write links and lists of fields around it. */

const DIEM = /^diem:\/\/([^?]+)/i;
const SUBSTRATE = /^(?:substrate|polkadot):([^:?]+)/i;

/** Gives the address alone: of a payment request, of a Polkadot wallet's code, or as it is. */
export const accountInCode = (text: string): string => {
  const trimmed = text.trim();
  const [, address] = DIEM.exec(trimmed) ?? SUBSTRATE.exec(trimmed) ?? [];
  return (address ?? trimmed).replace(/\/$/, "");
};
