// What a guard of JavaScript says of tokens: for each of the standard input, [kind, token, options].
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { FronteggContext, IdentityClient } = createRequire(import.meta.url)("@frontegg/client");

FronteggContext.init({ FRONTEGG_CLIENT_ID: process.env.CLIENT_ID, FRONTEGG_API_KEY: process.env.CLIENT_SECRET });
const identity = IdentityClient.getInstance();
const asked = JSON.parse(readFileSync(0, "utf8"));
const said = [];
for (const [kind, token, options] of asked) {
  try {
    const found = await identity.validateToken(token, options, kind);
    said.push([found.type, found.tenantId]);
  } catch (error) {
    said.push([error.statusCode ?? error.status ?? error.name]);
  }
}
process.stdout.write(`\n${JSON.stringify(said)}\n`);
process.exit(0);
