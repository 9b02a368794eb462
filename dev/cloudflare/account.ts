// An account at the stand-in of Cloudflare: what it has, as the API's routes read and change it.
import { DatabaseSync } from "node:sqlite";

export interface Database {
  uuid: string;
  name: string;
  /** A real SQLite in memory, so that migrations are really applied. */
  sql: DatabaseSync;
}

export interface Consumer {
  consumer_id: string;
  type: "worker";
  script: string;
  dead_letter_queue: string | undefined;
  settings: Record<string, unknown>;
}

export interface Queue {
  queue_id: string;
  queue_name: string;
  consumers: Consumer[];
}

/** A binding as an upload describes it. */
export type Binding = { name: string; type: string } & Record<string, unknown>;

export interface Version {
  id: string;
  /** All but the values of secrets, which are write-only. */
  bindings: Binding[];
  compatibility_date: string;
  /** The modules by name, the main one first. */
  modules: Map<string, File>;
}

export interface Script {
  name: string;
  /** The version that answers requests; none: made as a draft by a secret. */
  deployed: Version | null;
  versions: Version[];
  /** Counts deployments: uploads that went live, and new values of secrets do too. */
  deployments: number;
  secrets: Map<string, string>;
  migrationTag: string | null;
  classes: Set<string>;
  crons: string[];
  onWorkersDev: boolean;
  domains: string[];
}

export interface Account {
  id: string;
  name: string;
  /** `<this>.workers.dev`; null: never registered. */
  subdomain: string | null;
  hasR2: boolean;
  /** Domains whose DNS is at this account. */
  zones: string[];
  databases: Map<string, Database>;
  buckets: Set<string>;
  queues: Map<string, Queue>;
  scripts: Map<string, Script>;
}

export function makeAccount(id: string, name: string, subdomain: string | null): Account {
  return {
    id,
    name,
    subdomain,
    hasR2: true,
    zones: [],
    databases: new Map(),
    buckets: new Set(),
    queues: new Map(),
    scripts: new Map(),
  };
}

export function makeScript(name: string): Script {
  return {
    name,
    deployed: null,
    versions: [],
    deployments: 0,
    secrets: new Map(),
    migrationTag: null,
    classes: new Set(),
    crons: [],
    onWorkersDev: false,
    domains: [],
  };
}

export function makeDatabase(name: string, uuid: string): Database {
  return { uuid, name, sql: new DatabaseSync(":memory:") };
}
