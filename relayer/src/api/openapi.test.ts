import { Validator } from "@seriousme/openapi-schema-validator";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLonelyApi, type LonelyApi, routesOf } from "./testing/lonely-api.js";

let lonely: LonelyApi;
let app: FastifyInstance;

beforeAll(async () => {
  lonely = await createLonelyApi();
  app = lonely.app;
});
afterAll(() => lonely.close());

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const documentOf = async (): Promise<Document> => (await app.inject("/api/v1/openapi.json")).json();

/** The page for people, and the document itself. */
const isOfDocument = (path: string): boolean => /^\/api\/v1\/(?:docs|openapi\.json)/.test(path);

describe("the API's document", () => {
  it("is one of OpenAPI 3.1", async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(await documentOf())));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect((await documentOf()).openapi).toMatch(/^3\.1\./);
  });

  it("has every route that is registered", async () => {
    const { paths } = await documentOf();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const isServed = (path: string): boolean => /^\/(?:api\/v1\/|healthz|readyz|metrics)/.test(path);
    const registered = routesOf(app)
      .filter(({ path }) => isServed(path) && !isOfDocument(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    expect([...described].sort()).toEqual([...registered].sort());
    expect(registered.length).toBeGreaterThan(25);
  });

  it("says of each what it does, what it answers, and what its errors are like", async () => {
    for (const [path, methods] of Object.entries((await documentOf()).paths))
      for (const [method, { summary, tags, responses }] of Object.entries(methods)) {
        const name = `${method} ${path}`;
        expect(summary?.length, name).toBeGreaterThan(10);
        expect(tags?.length, name).toBe(1);
        const answers = Object.entries(responses).filter(([status]) => status.startsWith("2"));
        expect(answers.length, name).toBeGreaterThan(0);
        for (const [, { content }] of answers) expect(Object.keys(content ?? {}).length, name).toBe(1);
        if (path.startsWith("/api/"))
          expect(Object.keys(responses), name).toEqual(expect.arrayContaining(["4XX", "5XX"]));
      }
  });
});

describe("the page of the API", () => {
  it("asks nothing of other hosts, and runs no code but its own files", async () => {
    const page = await app.inject("/api/v1/docs/");
    expect(page.statusCode).toBe(200);
    expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self';/);
    expect(page.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(page.body).not.toMatch(/<script(?![^>]*src=)[^>]*>[^<]/);
    const [script = ""] = /src="([^"]+initializer[^"]*)"/.exec(page.body)?.slice(1) ?? [];
    expect((await app.inject(new URL(script, "http://h/api/v1/docs/").pathname)).body).toContain('validatorUrl":null');
  });
});

describe("a request", () => {
  it("with a parameter that isn't known is refused by its code", async () => {
    const answer = await app.inject("/api/v1/status?verbose=1");
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "request/unknown-parameter", retry: "never" });
  });

  it("in another form is refused, and told what was expected", async () => {
    const body = { method: "POST", url: "/api/v1/proofs", payload: { from: { version: "x" } } } as const;
    const answer = await app.inject(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "request/invalid", message: expect.stringContaining("/from/version") });
    const garbage = { ...body, payload: "{", headers: { "content-type": "application/json" } };
    expect((await app.inject(garbage)).json()).toMatchObject({ code: "request/invalid" });
  });
});
