// A switch with what it does beside it.
import { described } from "../parts/field.tsx";

export const Switch = ({
  id,
  issue,
  label,
  help,
  name,
  value,
  isOn,
  isDisabled,
  follows,
}: {
  /** Where something can be wrong with it: by these its error is found. */
  id?: string | undefined;
  issue?: string | undefined;
  label: string;
  help: string;
  name: string;
  /** What is posted while it is on. */
  value: string;
  isOn: boolean;
  isDisabled: boolean;
  /** The name under which the preview follows it. */
  follows?: string | undefined;
}) => (
  <label class="setting">
    <span>
      {label}
      <small>{help}</small>
    </span>
    <input
      id={id}
      class="switch"
      type="checkbox"
      role="switch"
      name={name}
      value={value}
      checked={isOn}
      disabled={isDisabled}
      data-switch={follows}
      {...(id === undefined ? {} : described(id, false, issue))}
    />
  </label>
);
