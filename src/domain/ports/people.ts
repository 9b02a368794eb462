// How the domain sees what hashes passwords, and what sends mail.

export interface PasswordsPort {
  /** Returns a password's hash, with its salt and costs. */
  hash: (password: string) => Promise<string>;
  /** Whether `hash` is the password's. */
  verify: (hash: string, password: string) => Promise<boolean>;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

export type SendMail = (mail: Mail) => Promise<void>;
