// The devices that somebody calls their own, as boxes of the composer's form, and those that registered lately.
import type { Device } from "../../domain/composing/own-devices.ts";
import { Ago } from "../parts/ago.tsx";
import { Icon } from "../parts/icon.tsx";
import { carrierOf, deviceName, unreached } from "./words.ts";

/** The fields by which devices are chosen: one's own, and those that become one's own by it. */
export const DEVICE_FIELD = "test_device";
export const PICK_FIELD = "test_pick";
export const REMOVE_FIELD = "test_remove";

interface ListProps {
  devices: readonly Device[];
  /** The id of the form that they are part of. */
  formId: string;
  now: number;
}

/**
 * One's own devices. `remove`: where a button posts that ends that; `none`: what is said where there is none. The script marks
 * the browser that it runs in.
 */
export const OwnDevices = ({
  devices,
  formId,
  now,
  remove,
  none = "None yet. Subscribe this browser.",
}: ListProps & {
  remove: string;
  none?: string;
}) => (
  <div id="own-devices">
    {devices.length === 0 ? (
      <p class="soft">{none}</p>
    ) : (
      <fieldset class="field">
        <legend>Your devices</legend>
        <div class="stack stack--s">
          {devices.map((device) => (
            <OwnDevice {...{ device, formId, now, remove }} />
          ))}
        </div>
      </fieldset>
    )}
  </div>
);

const OwnDevice = ({
  device,
  formId,
  now,
  remove,
}: Omit<ListProps, "devices"> & { device: Device; remove: string }) => {
  const why = unreached(device);
  const name = deviceName(device);
  return (
    <div class="device" id={`own-${device.id}`} data-address={device.address}>
      <label class="check">
        <input
          type="checkbox"
          name={DEVICE_FIELD}
          value={device.id}
          form={formId}
          checked={why === null}
          disabled={why !== null}
        />
        <span>
          <span data-device-name={name}>{name}</span>
          <small>
            {why ?? (
              <>
                {carrierOf(device)}, seen: <Ago at={device.lastActiveAt} now={now} />
              </>
            )}
          </small>
        </span>
      </label>
      <button
        class="btn btn--icon btn--ghost btn--s"
        name={REMOVE_FIELD}
        value={device.id}
        form={formId}
        formaction={remove}
        formmethod="post"
        formnovalidate
        aria-label={`Remove ${name} from your devices`}
      >
        <Icon name="cross" />
      </button>
    </div>
  );
};

/** Devices that registered lately: whoever picks one makes it their own. */
export const RecentDevices = ({ devices, formId, now }: ListProps) => (
  <fieldset class="field">
    <legend>Just registered</legend>
    {devices.length === 0 ? (
      <p class="soft small">Nobody in the last 15 minutes.</p>
    ) : (
      <div class="stack stack--s">
        {devices.map((device) => (
          <label class="check" id={`new-${device.id}`}>
            <input type="checkbox" name={PICK_FIELD} value={device.id} form={formId} />
            <span>
              {deviceName(device)}
              <small>
                {carrierOf(device)}, registered: <Ago at={device.createdAt} now={now} />
              </small>
            </span>
          </label>
        ))}
      </div>
    )}
  </fieldset>
);
