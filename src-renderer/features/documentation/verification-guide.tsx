import { CodeBlock } from '#renderer/ui/code-block.tsx'
import { useChoiceParam } from '#renderer/ui/search-params.ts'
import { TabPanel, Tabs } from '#renderer/ui/tabs.tsx'
import { githubReceiver, keyPairReceiver, stripeReceiver } from './other-signatures.ts'
import { Bullets, Code, GuideLink, Section, Steps } from './prose.tsx'
import { type ByHand, byHand } from './verification-by-hand.ts'
import { snippets } from './verification-snippets.ts'

const languages = byHand.map(({ id }) => id)

/** A receiver in one language: with the public library where there is one, and with nothing but what comes along. */
const Receiver = ({ language }: { language: ByHand }) => {
  const snippet = snippets.find(({ id }) => id === language.id)
  return (
    <>
      {snippet && (
        <>
          <CodeBlock label="Install" text={snippet.install} />
          <CodeBlock label={`Receiver in ${snippet.label}`} text={snippet.code} className="max-h-none" />
        </>
      )}
      <CodeBlock label={`${language.label} without a library`} text={language.code} className="max-h-none" />
    </>
  )
}

export const VerificationGuide = () => {
  const [language, setLanguage] = useChoiceParam('language', languages, 'node')
  return (
    <>
      <p>
        Anybody can send a POST to your URL. The signature proves that a request comes from this Patchbay,
        that its body is unchanged, and that it is not an old one played again. It follows{' '}
        <strong>Standard Webhooks</strong>, so the public libraries verify it, and so do a few lines without
        any.
      </p>
      <Section id="library" title="In your language">
        <Tabs
          label="Language"
          tabs={byHand.map(({ id, label }) => ({ value: id, label }))}
          value={language}
          onValueChange={setLanguage}
        >
          {byHand.map((one) => (
            <TabPanel key={one.id} value={one.id}>
              <Receiver language={one} />
            </TabPanel>
          ))}
        </Tabs>
        <Bullets>
          <li>
            Verify the <strong>raw bytes</strong> of the body. Parsing JSON and writing it again changes them.
          </li>
          <li>
            Take the secret with its <Code>whsec_</Code> from a secret manager or the environment.
          </li>
          <li>
            Remember <Code>webhook-id</Code> for a few days and skip what you have seen.
          </li>
        </Bullets>
      </Section>
      <Section id="by-hand" title="Step by step">
        <Steps>
          <li>
            Refuse when <Code>webhook-timestamp</Code> is more than five minutes from now.
          </li>
          <li>
            Join <Code>webhook-id</Code>, <Code>webhook-timestamp</Code> and the raw body with dots:{' '}
            <Code>id.timestamp.body</Code>.
          </li>
          <li>
            The key is the base64-decoded part of the secret after <Code>whsec_</Code>. Compute HMAC-SHA256
            and encode it as base64.
          </li>
          <li>
            <Code>webhook-signature</Code> holds signatures separated by spaces, such as{' '}
            <Code>v1,g0hM9SsE…</Code>. Accept when any that starts with <Code>v1,</Code> is equal, compared in
            constant time.
          </li>
        </Steps>
        <p>
          There can be more than one signature while a secret is being replaced: the old and the new one both
          sign.
        </p>
      </Section>
      <Section id="key-pair" title="With a public key">
        <p>
          A webhook can sign with a key pair (ed25519) in place of a shared secret. The private key never
          leaves Patchbay; the public key <Code>whpk_…</Code> is no secret, and stands on the page of the
          webhook at any time. The signed text is the same, and the signature begins with <Code>v1a,</Code>.
          During a rotation from one to the other both sign in the same header.
        </p>
        <CodeBlock label="Key pair in Node.js" text={keyPairReceiver} className="max-h-none" />
      </Section>
      <Section id="others" title="In the style of GitHub or Stripe">
        <p>
          For a receiver that was built for one of them a webhook can send its signature in addition. The
          whole text of the secret, <Code>whsec_</Code> included, is the key. A key pair cannot make these
          signatures.
        </p>
        <CodeBlock label="GitHub style" text={githubReceiver} className="max-h-none" />
        <CodeBlock label="Stripe style" text={stripeReceiver} className="max-h-none" />
        <Bullets>
          <li>
            <strong>GitHub</strong>: <Code>X-Hub-Signature-256</Code> covers the body alone, so it does not
            protect from old requests that are played again; check <Code>webhook-timestamp</Code>, too, if you
            can. The header has room for one signature. During a rotation it is that of the{' '}
            <strong>oldest</strong> secret that still signs: a receiver that knows only the old one is not cut
            off before the overlap ends. Give it the new one at the moment you end the overlap, and try it
            before with <strong>Send one with the new key only</strong>.
          </li>
          <li>
            <strong>Stripe</strong>: <Code>Stripe-Signature</Code> holds the time as <Code>t=</Code> and one{' '}
            <Code>v1=</Code> for each secret that signs, so a rotation interrupts nothing.
          </li>
        </Bullets>
      </Section>
      <Section id="try" title="Try it">
        <p>
          Open a webhook in <GuideLink to="/settings/integrations/webhooks">Webhooks</GuideLink> and use{' '}
          <strong>Send signed test</strong>: it goes through the same pipeline as every real delivery. From
          the command line, <Code>patchbay listen</Code> prints what arrives and whether its signature
          verifies, and <Code>patchbay verify</Code> checks a saved request. Both know secrets, public keys
          and the styles of GitHub and Stripe.
        </p>
      </Section>
    </>
  )
}
