// A switch with what it does beside it.

export const Switch = ({
  label,
  help,
  name,
  value,
  isOn,
  isDisabled,
  follows,
}: {
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
      class="switch"
      type="checkbox"
      role="switch"
      name={name}
      value={value}
      checked={isOn}
      disabled={isDisabled}
      data-switch={follows}
    />
  </label>
);
