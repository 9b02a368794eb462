// Why a passkey was not taken or made: what the server says of it, or the script.

export const PasskeySays = ({ issue }: { issue: string | undefined }) => (
  <p class="error" role="alert" data-passkey-says hidden={issue === undefined}>
    {issue}
  </p>
);
