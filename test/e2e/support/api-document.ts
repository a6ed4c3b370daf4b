/** What an API says of its own answers, and what is wrong with an answer by that. */
import { Ajv2020 } from "ajv/dist/2020.js";

interface Media {
  readonly schema: object;
}

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Media>> }>>;
}

/** An OpenAPI document, as far as answers are described in it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, { readonly get?: Operation }>>;
}

export interface GivenAnswer {
  readonly status: number;
  readonly type: string;
  /** What JSON says, or the text of anything else. */
  readonly body: unknown;
}

/** Lists the paths that can be asked, with names of parameters in braces. */
export const askedPaths = ({ paths }: ApiDocument): readonly string[] =>
  Object.entries(paths).flatMap(([path, { get }]) => (get === undefined ? [] : [path]));

export const readAnswer = async (response: Response): Promise<GivenAnswer> => {
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  const body: unknown = type === "application/json" ? await response.json() : await response.text();
  return { status: response.status, type, body };
};

/**
 * Makes what lists where answers differ from the document: no such status, another form, or parts
 * that aren't described. Objects must be closed for the last to be seen.
 */
export const answerFaults = ({ paths }: ApiDocument) => {
  const schemas = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  return (path: string, { status, type, body }: GivenAnswer): readonly string[] => {
    const responses = paths[path]?.get?.responses ?? {};
    const described = responses[status] ?? responses[`${Math.floor(status / 100)}XX`];
    const schema = described?.content[type]?.schema;
    if (schema === undefined) return [`${status} ${type} isn't described`];
    const isValid = schemas.compile(schema);
    isValid(body);
    return (isValid.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(" "),
    );
  };
};
