/** Errors as the API answers them. */
import { isPdiemError, type Retry } from "@pdiem/light-client/error";
import type { FastifyInstance, FastifyReply } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import type { Logger } from "pino";
import { faultOf } from "../fault.js";
import type { ErrorView } from "../views/error-view.js";
import { AccessError } from "./access/access-error.js";
import { NotFound } from "./not-found.js";

const STATUS_BY_RETRY = { never: 400, later: 409, backoff: 503 } as const;

const statusOf = (error: unknown, retry: Retry): number => {
  if (error instanceof AccessError) return error.status;
  return error instanceof NotFound ? 404 : STATUS_BY_RETRY[retry];
};

/** Has a browser ask for a token where one is missing. */
const CHALLENGE = 'Bearer realm="pDiem", Basic realm="pDiem"';

/** Answers with an error that was thrown on purpose. */
export const sendError = (reply: FastifyReply, error: ErrorView, status: number): FastifyReply => {
  if (status === 401) reply.header("www-authenticate", CHALLENGE);
  const { code, message, retry } = error;
  return reply.status(status).send({ code, message, retry });
};

interface HttpError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
}

const invalid = (error: HttpError): ErrorView | undefined => {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined;
  const isUnknown = error.validation.some(({ keyword }) => keyword === "unrecognized_keys");
  const isQuery = error.validationContext === "querystring";
  const code = isUnknown && isQuery ? "request/unknown-parameter" : "request/invalid";
  const told = error.validation.map(({ instancePath, message }) => `${instancePath || "/"}: ${message}`);
  return { code, message: `${error.validationContext ?? "request"} ${told.join("; ")}`, retry: "never" };
};

/** Errors of the server itself, by their status. */
const refused = (error: HttpError, status: number): ErrorView => ({
  code: error.code?.startsWith("request/") === true ? error.code : "request/invalid",
  message: error.message,
  retry: status === 429 ? "backoff" : "never",
});

/**
 * Answers errors as `{code, message, retry}`; those not thrown on purpose say nothing of what went
 * wrong inside.
 */
export const answerErrors = (app: FastifyInstance, log: Logger): void => {
  app.setErrorHandler((error: HttpError, _, reply) => {
    const unfit = invalid(error);
    if (unfit !== undefined) return sendError(reply, unfit, 400);
    const fault = faultOf(error);
    if (fault !== undefined) {
      if (!isPdiemError(error)) log.warn({ code: fault.code, error: fault.message }, "request not answered");
      return sendError(reply, fault, statusOf(error, fault.retry));
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return sendError(reply, refused(error, status), status);
    log.error(error, "request failed");
    const failed: ErrorView = {
      code: "internal",
      message: "the relayer failed; its log says why",
      retry: "backoff",
    };
    return sendError(reply, failed, 500);
  });
  app.setNotFoundHandler((request, reply) =>
    sendError(
      reply,
      { code: "request/not-found", message: `nothing at ${request.url.slice(0, 200)}`, retry: "never" },
      404,
    ),
  );
};
