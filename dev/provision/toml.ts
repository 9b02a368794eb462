// Changes two things in the text of wrangler.toml and leaves all else as it is: wrangler itself writes into no TOML that has
// comments.

/**
 * The text with PUBLIC_URL set.
 * @throws where it has no such line
 */
export function setPublicUrl(toml: string, url: string): string {
  const line = /^PUBLIC_URL\s*=\s*"[^"\n]*"/m;
  if (!line.test(toml)) throw new Error('wrangler.toml has no line PUBLIC_URL = "".');
  return toml.replace(line, `PUBLIC_URL = "${url}"`);
}

/** The text with a custom domain for the Worker, whose DNS record and certificate Cloudflare makes. Others stay. */
export function addDomain(toml: string, hostname: string): string {
  if (toml.includes(`pattern = "${hostname}"`)) return toml;
  return `${toml.replace(/\n*$/, "\n")}
# npm run deploy -- --domain ${hostname}
[[routes]]
pattern = "${hostname}"
custom_domain = true
`;
}
