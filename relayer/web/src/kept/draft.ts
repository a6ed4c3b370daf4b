/** What somebody has begun to enter, so that a page that was closed goes on where it was. */
import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { z } from "zod";
import { keep, readKept } from "./kept.js";

const NAME = "draft";
const text = z.string().max(200).default("");

const draft = z.object({
  direction: text,
  currency: text,
  amount: text,
  account: text,
  payee: text,
  refund: text,
  /** The account whose deposit address was asked for, hex. */
  asked: text,
});

type Draft = z.output<typeof draft>;

const EMPTY: Draft = draft.parse({});

let now: Draft = readKept(NAME, draft, EMPTY);

/** Reads one field as it was left. */
export const draftOf = (field: keyof Draft): string => now[field];

export const keepDraft = (field: keyof Draft, value: string): void => {
  if (now[field] === value) return;
  now = { ...now, [field]: value.slice(0, 200) };
  keep(NAME, now);
};

/** Keeps a field while it is typed. @param other what it begins with where nothing was left */
export const useDraft = (field: keyof Draft, other = ""): Signal<string> => {
  const value = useSignal(draftOf(field) || other);
  useSignalEffect(() => keepDraft(field, value.value));
  return value;
};
