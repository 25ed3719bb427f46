// Passkeys: asks the server for a challenge, the browser for its answer, and sends the form with it. Without it the forms do nothing.
const bytes = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
const text = buffer => buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') : undefined;

document.addEventListener('submit', async event => {
  const form = event.target.closest('form[data-passkey]');
  if (!form || form.elements.credential.value) return;
  event.preventDefault();
  const fault = form.querySelector('[data-passkey-fault]');
  fault.textContent = '';
  try {
    if (!window.PublicKeyCredential) throw new Error('This browser knows no passkeys here. They need HTTPS, or localhost.');
    const create = form.dataset.passkey === 'create';
    const answer = await fetch(create ? '/account/passkeys/creation' : '/account/passkeys/request', { method: 'POST', body: new FormData(form) });
    if (!answer.ok) throw new Error('The portal refused. Load the page again, and try once more.');
    const publicKey = options(await answer.json());
    const credential = create ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
    form.elements.credential.value = JSON.stringify(told(credential));
    form.submit();
  } catch (error) {
    fault.textContent = error.name === 'NotAllowedError' ? 'Nothing was confirmed. Try again when you are ready.'
      : error.name === 'InvalidStateError' ? 'This device has a passkey for this account already.' : error.message;
  }
});

function options(json) {
  json.challenge = bytes(json.challenge);
  if (json.user) json.user.id = bytes(json.user.id);
  for (const list of [json.excludeCredentials, json.allowCredentials])
    for (const key of list ?? []) key.id = bytes(key.id);
  return json;
}

function told(credential) {
  const { response } = credential;
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      authenticatorData: text(response.authenticatorData ?? response.getAuthenticatorData?.()),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
      transports: response.getTransports?.(),
    },
  };
}
