// What an OAuth client of JavaScript does with nothing but an origin and a pair. Says what it saw as JSON.
import * as client from "openid-client";

const [origin, scope] = process.argv.slice(2);
const { CLIENT_ID, CLIENT_SECRET } = process.env;

const config = await client.discovery(new URL(origin), CLIENT_ID, CLIENT_SECRET, client.ClientSecretBasic(CLIENT_SECRET), {
  algorithm: "oauth2",
  execute: [client.allowInsecureRequests],
});
const token = await client.clientCredentialsGrant(config, { scope });
const me = await client.fetchProtectedResource(config, token.access_token, new URL("/api/v1/me", origin), "GET");
const before = await client.tokenIntrospection(config, token.access_token);
await client.tokenRevocation(config, token.access_token);
const after = await client.tokenIntrospection(config, token.access_token);
const refused = await client.clientCredentialsGrant(config, { scope: "assets:admin" }).catch((error) => error.error);

console.log(JSON.stringify({
  issuer: config.serverMetadata().issuer,
  scope: token.scope,
  expires_in: token.expires_in,
  me: (await me.json()).scope,
  before: before.active,
  after: after.active,
  refused,
}));
