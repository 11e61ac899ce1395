// The page's script: wires the modules to the document. The page can be read and asked without it.
import { startChat } from "./chat.js";
import { startConversations } from "./conversations.js";
import { startEngine } from "./engine.js";
import { enrich } from "./turn.js";

for (const article of document.querySelectorAll(".turn")) enrich(article);
const conversations = startConversations();
// The list of conversations is a page of its own, without a chat.
if (document.getElementById("composer")) startChat({ engine: startEngine(), conversations });
