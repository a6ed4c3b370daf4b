/** A route: what it takes and answers, by schemas that check requests and describe it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { errorView } from "../views/error-view.js";
import type { Access, Cost } from "./access/access.js";

/** Where all of it is served. */
export const API = "/api/v1";

/** What the document groups routes by. */
export type Tag = "transfers" | "bridge" | "proofs" | "parachain" | "guardians" | "operator";

/** An answer in another form than JSON. */
interface Streamed {
  readonly content: Readonly<Record<string, { readonly schema: z.ZodType }>>;
}

export interface RouteWords<Params, Query, Body> {
  /** What it does: a verb first, a line. */
  readonly summary: string;
  readonly description?: string;
  readonly tag: Tag;
  readonly access?: Access;
  readonly cost?: Cost;
  /** Query parameters that make a request a costly one. */
  readonly costlyWith?: readonly string[];
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** Bytes; left out, the server's limit holds. */
  readonly bodyLimit?: number;
  /** By status. */
  readonly answers: Readonly<Record<number, z.ZodType | Streamed>>;
}

/** A request whose parts were checked. */
export interface Asked<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What a route is not told of it refuses. */
const nothing = z.strictObject({});

const refused = (access: Access, cost: Cost): Readonly<Record<string, z.ZodType>> => ({
  ...(access === "public" ? {} : { 401: errorView, 403: errorView }),
  ...(cost === "free" ? {} : { 429: errorView }),
  "4xx": errorView,
  "5xx": errorView,
});

const add =
  (method: "GET" | "POST") =>
  <Params = unknown, Query = unknown, Body = unknown>(
    app: FastifyInstance,
    path: string,
    words: RouteWords<Params, Query, Body>,
    answer: (asked: Asked<Params, Query, Body>) => unknown,
  ): void => {
    const { summary, description, tag, access = "public", cost = "usual", answers, bodyLimit } = words;
    const { costlyWith = [] } = words;
    app.route({
      method,
      url: `${API}${path}`,
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
      config: { access, cost, costlyWith },
      schema: {
        summary,
        ...(description === undefined ? {} : { description }),
        tags: [tag],
        security: access === "public" ? [] : [{ token: [access] }],
        ...(words.params === undefined ? {} : { params: words.params }),
        querystring: words.query ?? nothing,
        ...(words.body === undefined ? {} : { body: words.body }),
        response: { ...answers, ...refused(access, cost) },
      },
      handler: (request, reply) =>
        answer({
          params: request.params as Params,
          query: request.query as Query,
          body: request.body as Body,
          request,
          reply,
        }),
    });
  };

/** Serves a path under `/api/v1`. Parameters that its schemas don't name are refused. */
export const get = add("GET");

/** Takes what is posted to a path under `/api/v1`. */
export const post = add("POST");
