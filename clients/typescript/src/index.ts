// What a program imports to call a server from Node.js. Messages are in "seawall-client/v1/NAME_pb.js".

export { SeawallClient, type Credentials, type Options } from "./client.js";
export { refusalOf, type FieldViolation, type Refusal } from "./errors.js";
export { fromMinor, toMinor } from "./money.js";
export { RETRY, type Retry } from "./retry.js";
export type { Event } from "./stream.js";
