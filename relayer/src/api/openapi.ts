/** The API's description, made from the schemas that check its requests. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, validatorCompiler } from "fastify-type-provider-zod";
import { API } from "./route.js";

const DESCRIPTION = `What a relayer of a pDiem bridge tells, and takes. Nothing here needs to be believed: the ledger, its proofs and the
journal are there to be verified. Amounts are decimal strings in smallest units, bytes hex without prefix, unless it is said otherwise.
Errors have a stable \`code\`. Lists are read page by page: \`next\` is the \`cursor\` of the next page.`;

const TAGS = [
  { name: "transfers", description: "Deposits and withdrawals, and the addresses they go by" },
  { name: "bridge", description: "How the bridge stands" },
  { name: "proofs", description: "What light clients verify" },
  { name: "parachain", description: "What a wallet needs to send a transaction: unproven" },
  { name: "guardians", description: "Decisions, checkpoints, evidence of misbehaviour" },
  { name: "operator", description: "What an operator does" },
] as const;

/**
 * The page for people asks nothing of anyone else. Its own code writes styles, and its icons are
 * data.
 */
const POLICY = {
  "default-src": ["'none'"],
  "script-src": ["'self'"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "img-src": ["'self'", "data:"],
  "connect-src": ["'self'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
  "frame-ancestors": ["'none'"],
};

const DOCUMENT = "/openapi.json";
const PAGE = "/docs";

/** Has requests checked by their routes' schemas; answers are what their types say. */
export const checkRequests = (app: FastifyInstance): void => {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
};

/** Serves the description of all routes that come after, and a page for people. */
export const describeRoutes = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "pDiem relayer", version: "1.0.0", description: DESCRIPTION, license: { name: "Apache-2.0" } },
      servers: [{ url: "/" }],
      tags: [...TAGS],
      components: {
        securitySchemes: { token: { type: "http", scheme: "bearer", description: "One of the relayer's api.tokens" } },
      },
    },
    hideUntagged: true,
    transform: jsonSchemaTransform,
  });
  app.get(`${API}${DOCUMENT}`, { schema: { hide: true } }, () => app.swagger());
  await app.register(swaggerUi, {
    routePrefix: `${API}${PAGE}`,
    staticCSP: POLICY,
    uiConfig: { validatorUrl: null, defaultModelsExpandDepth: -1, docExpansion: "list" },
    theme: { title: "pDiem API" },
  });
};
