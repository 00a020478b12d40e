/* The functions by which a host drives an app's agents. The transform makes every module export them. */

export {
  _modus_agent_activate,
  _modus_agent_get_state,
  _modus_agent_handle_event,
  _modus_agent_handle_message,
  _modus_agent_set_state,
} from "@hypermode/modus-sdk-as/assembly/agents";
