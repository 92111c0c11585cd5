import './styles.css'
import { applyStyleNonce } from './app/style-nonce.ts'

applyStyleNonce()
// Imported late because packages that add <style> elements do so while they load.
const { start } = await import('./app/start.tsx')
start()
