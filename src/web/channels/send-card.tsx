// The card by which a message is sent to one person of a channel.
import { MAX_IUID } from "../../domain/channels/channel-input.ts";
import { TEXT, TITLE } from "../../domain/channels/message-input.ts";
import { TextArea, TextField } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import type { ChannelProps } from "./channel-view.tsx";

const OF = "/send";

export const SendCard = ({ base, form, people }: ChannelProps) => (
  <section class="card" aria-labelledby="se-h">
    <header>
      <h2 id="se-h">Send to one</h2>
    </header>
    <form method="post" action={base + OF} class="card-body fields">
      <Unplaced
        form={form}
        of={OF}
        fields={["to", "title", "text"]}
        says={{
          notifications: "The app has as many notifications as it can have. Delete some first.",
        }}
      />
      <TextField
        form={form}
        of={OF}
        name="to"
        label="To"
        value={people.rows[0]?.iuid ?? ""}
        class="input mono"
        maxlength={MAX_IUID}
        autocomplete="off"
        required
        hint="Your id for the person."
      />
      <TextField
        form={form}
        of={OF}
        name="title"
        label="Title"
        minlength={TITLE.min}
        maxlength={TITLE.max}
        required
        hint={`${TITLE.min} to ${TITLE.max} characters.`}
      />
      <TextArea
        form={form}
        of={OF}
        name="text"
        label="Text"
        minlength={TEXT.min}
        maxlength={TEXT.max}
        required
        hint={`${TEXT.min} to ${TEXT.max} characters.`}
      />
      <div>
        <button class="btn">
          <Icon name="send" />
          Send
        </button>
      </div>
    </form>
  </section>
);
