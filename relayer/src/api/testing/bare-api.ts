import Fastify, { type FastifyInstance } from "fastify";
import { pino } from "pino";
import { answerErrors } from "../errors.js";
import { checkRequests } from "../openapi.js";

/** Makes a server that checks requests and answers errors as the API does, without any route. */
export const bareApi = (): FastifyInstance => {
  const app = Fastify();
  checkRequests(app);
  answerErrors(app, pino({ level: "silent" }));
  return app;
};
