// Gives a Worker a task as JSON. Connections are of an agent that lasts as long as the caller says: workerd closes those that
// nothing was sent by for 5 s, and a request that meets this fails.
import { request, type Agent } from "node:http";
import { text } from "node:stream/consumers";

/** Returns what the Worker at `url` answers. Rejects, with its words, unless it answers 200. */
export function askWorker(agent: Agent, url: string, task: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method: "POST" }, (response) => {
      text(response).then((answer) => {
        if (response.statusCode === 200) resolve(answer);
        else reject(new Error(`the Worker answered ${response.statusCode}: ${answer}`));
      }, reject);
    });
    call.once("error", reject);
    call.end(JSON.stringify(task));
  });
}
