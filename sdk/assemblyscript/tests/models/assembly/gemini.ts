import { models } from "@hypermode/modus-sdk-as";
import {
  BlockReason,
  Candidate,
  CitationMetadata,
  CitationSource,
  FinishReason,
  GeminiGenerateInput,
  GeminiGenerateModel,
  GeminiGenerateOutput,
  GenerationConfig,
  HarmBlockThreshold,
  HarmCategory,
  HarmProbability,
  ModelContent,
  ModelTextContent,
  Part,
  PromptContent,
  PromptFeedback,
  ResponseContent,
  SafetyRating,
  SafetySetting,
  SystemTextContent,
  UsageMetadata,
  UserContent,
  UserTextContent,
} from "@hypermode/modus-sdk-as/models/gemini/generate";
import { JSON } from "json-as";

function model(): GeminiGenerateModel {
  return models.getModel<GeminiGenerateModel>("m");
}

export function geminiPlain(): void {
  model().invoke(model().createInput([new UserTextContent("hi"), new ModelTextContent("yes")]));
}

export function geminiFull(): void {
  const part: Part = { text: "p" };
  const contents: PromptContent[] = [
    new UserContent([part, <Part>{ text: '"}' }]),
    new ModelContent([part]),
    new PromptContent("function", []),
  ];
  assert(contents[0].role == "user" && contents[1].role == "model" && contents[2].role == "function");
  const input: GeminiGenerateInput = model().createInput(contents);
  input.systemInstruction = new SystemTextContent("sys");
  input.generationConfig = <GenerationConfig>{
    candidateCount: 2,
    stopSequences: ["s"],
    maxOutputTokens: 9,
    temperature: 0,
    topP: 0.5,
    topK: 4,
    responseMimeType: "application/json",
    responseSchema: JSON.Raw.from('{"type":"object"}'),
  };
  input.safetySettings = [
    { category: HarmCategory.HARASSMENT, threshold: HarmBlockThreshold.BLOCK_NONE },
    <SafetySetting>{},
  ];
  input.cachedContent = "c";
  model().invoke(input);
  input.generationConfig = new GenerationConfig();
  input.systemInstruction = null;
  input.safetySettings = null;
  input.cachedContent = null;
  input.contents = [];
  model().invoke(input);
}

export function geminiAnswer(): string {
  const out: GeminiGenerateOutput = model().invoke(model().createInput([]));
  const usage: UsageMetadata = out.usageMetadata;
  const parts = [
    `${usage.promptTokenCount} ${usage.candidatesTokenCount} ${usage.totalTokenCount} ${usage.cachedContentTokenCount}`,
  ];
  const feedback: PromptFeedback | null = out.promptFeedback;
  parts.push(feedback === null ? "-" : feedback.blockReason + rated(feedback.safetyRatings));
  for (let i = 0; i < out.candidates.length; i++) {
    const candidate: Candidate = out.candidates[i];
    const content: ResponseContent | null = candidate.content;
    const citations: CitationMetadata | null = candidate.citationMetadata;
    parts.push(candidate.index.toString());
    parts.push(content === null ? "-" : content.role + content.parts.map<string>((part) => part.text).join(""));
    parts.push(candidate.finishReason === null ? "-" : candidate.finishReason!);
    parts.push(candidate.safetyRatings === null ? "-" : rated(candidate.safetyRatings!));
    parts.push(citations === null ? "-" : citations.citationSources.map<string>((source) => cited(source)).join("+"));
  }
  return parts.join("|");
}

function rated(ratings: SafetyRating[]): string {
  return ratings.map<string>((rating) => rating.category + rating.probability).join("+");
}

function cited(source: CitationSource): string {
  return `${source.startIndex} ${source.endIndex} ${source.uri} ${source.license === null ? "-" : source.license!}`;
}

export function geminiWords(): string[] {
  const category: HarmCategory = HarmCategory.UNSPECIFIED;
  const threshold: HarmBlockThreshold = HarmBlockThreshold.HARM_BLOCK_THRESHOLD_UNSPECIFIED;
  const finish: FinishReason = FinishReason.FINISH_REASON_UNSPECIFIED;
  const probability: HarmProbability = HarmProbability.HARM_PROBABILITY_UNSPECIFIED;
  const block: BlockReason = BlockReason.BLOCKED_REASON_UNSPECIFIED;
  return [
    category, HarmCategory.HATE_SPEECH, HarmCategory.SEXUALLY_EXPLICIT, HarmCategory.HARASSMENT,
    HarmCategory.DANGEROUS_CONTENT, threshold, HarmBlockThreshold.BLOCK_LOW_AND_ABOVE,
    HarmBlockThreshold.BLOCK_MEDIUM_AND_ABOVE, HarmBlockThreshold.BLOCK_ONLY_HIGH,
    HarmBlockThreshold.BLOCK_NONE, finish, FinishReason.STOP, FinishReason.MAX_TOKENS,
    FinishReason.SAFETY, FinishReason.RECITATION, FinishReason.LANGUAGE, FinishReason.OTHER,
    probability, HarmProbability.NEGLIGIBLE, HarmProbability.LOW, HarmProbability.MEDIUM,
    HarmProbability.HIGH, block, BlockReason.SAFETY, BlockReason.OTHER,
  ];
}
