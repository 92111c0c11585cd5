/** How a receiver verifies a delivery with the public Standard Webhooks library of its language. */
export interface Snippet {
  id: string
  label: string
  install: string
  code: string
}

/** Source of names and calls: https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries */
export const snippets: readonly Snippet[] = [
  {
    id: 'node',
    label: 'Node.js',
    install: 'npm install standardwebhooks express',
    code: `import express from 'express'
import { Webhook } from 'standardwebhooks'

const webhook = new Webhook(process.env.WEBHOOK_SECRET) // whsec_…
const app = express()

// The raw body: parsing and writing it again would change the bytes that were signed.
app.post('/hooks', express.raw({ type: 'application/json' }), (request, response) => {
  let event
  try {
    event = webhook.verify(request.body, request.headers)
  } catch {
    return response.sendStatus(400)
  }
  enqueue(event) // do the work later: the answer must come within the timeout
  response.sendStatus(204)
})`,
  },
  {
    id: 'python',
    label: 'Python',
    install: 'pip install standardwebhooks flask',
    code: `import os
from flask import Flask, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])  # whsec_…
app = Flask(__name__)


@app.post("/hooks")
def hooks():
    try:
        event = webhook.verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        return "", 400
    enqueue(event)
    return "", 204`,
  },
  {
    id: 'go',
    label: 'Go',
    install: 'go get github.com/standard-webhooks/standard-webhooks/libraries/go',
    code: `wh, err := standardwebhooks.NewWebhook(os.Getenv("WEBHOOK_SECRET")) // whsec_…
if err != nil {
	log.Fatal(err)
}

http.HandleFunc("POST /hooks", func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || wh.Verify(body, r.Header) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	enqueue(body)
	w.WriteHeader(http.StatusNoContent)
})`,
  },
  {
    id: 'ruby',
    label: 'Ruby',
    install: 'gem install standardwebhooks sinatra',
    code: `require "sinatra"
require "standardwebhooks"

webhook = StandardWebhooks::Webhook.new(ENV.fetch("WEBHOOK_SECRET")) # whsec_…

post "/hooks" do
  headers = %w[id timestamp signature].to_h do |name|
    ["webhook-#{name}", request.env["HTTP_WEBHOOK_#{name.upcase}"]]
  end
  enqueue(webhook.verify(request.body.read, headers))
  204
rescue StandardWebhooks::WebhookVerificationError
  400
end`,
  },
]
