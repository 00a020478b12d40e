@external("modus_system", "logMessage")
declare function logMessage(level: string, message: string): void;
export class modus_console { static log(message: string = ""): void { logMessage("", message); } }
