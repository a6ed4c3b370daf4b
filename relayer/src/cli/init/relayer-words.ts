/** What each field of a relayer's configuration means, read from the schema that checks it. */
import { z } from "zod";
import { configJsonSchema } from "../../config.js";
import type { FieldWords } from "./bridge-words.js";

export interface RelayerWords extends Pick<FieldWords, "field" | "meaning"> {
  /** Its default as it is written; undefined where the field must be there. */
  readonly fallback: string | undefined;
  /** What is allowed, where that is a range. */
  readonly range: string | undefined;
}

const node = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  description: z.string().default(""),
  default: z.unknown().optional(),
  fallback: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
type Node = z.output<typeof node>;

const defaultOf = ({ fallback, default: value }: Node, isRequired: boolean): string | undefined => {
  if (fallback !== undefined) return fallback;
  if (value === undefined) return isRequired ? undefined : "none";
  if (Array.isArray(value) && value.length === 0) return "none";
  return [value].flat().map(String).join(", ");
};

const rangeOf = ({ minimum, maximum }: Node): string | undefined =>
  minimum === undefined || maximum === undefined ? undefined : `${minimum} to ${maximum}`;

const fieldsIn = ({ properties = {}, required = [] }: Node, path: string): readonly RelayerWords[] =>
  Object.entries(properties).flatMap(([name, value]) => {
    const inner = node.parse(value);
    const field = path === "" ? name : `${path}.${name}`;
    if (inner.properties !== undefined) return fieldsIn(inner, field);
    const fallback = defaultOf(inner, required.includes(name));
    return [{ field, meaning: inner.description, fallback, range: rangeOf(inner) }];
  });

/** Lists all fields, in the order of the schema. */
export const relayerWords = (): readonly RelayerWords[] => fieldsIn(node.parse(configJsonSchema()), "");
