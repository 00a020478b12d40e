package gemini

// HarmCategory is a kind of harm.
type HarmCategory string

// The kinds of harm.
const (
	HarmCategoryUnspecified      HarmCategory = "HARM_CATEGORY_UNSPECIFIED"
	HarmCategoryHateSpeech       HarmCategory = "HARM_CATEGORY_HATE_SPEECH"
	HarmCategorySexuallyExplicit HarmCategory = "HARM_CATEGORY_SEXUALLY_EXPLICIT"
	HarmCategoryHarassment       HarmCategory = "HARM_CATEGORY_HARASSMENT"
	HarmCategoryDangerousContent HarmCategory = "HARM_CATEGORY_DANGEROUS_CONTENT"
)

// HarmBlockThreshold is how probable a harm must be that the service blocks it.
type HarmBlockThreshold string

// The thresholds.
const (
	HarmBlockThresholdUnspecified    HarmBlockThreshold = "HARM_BLOCK_THRESHOLD_UNSPECIFIED"
	HarmBlockThresholdLowAndAbove    HarmBlockThreshold = "BLOCK_LOW_AND_ABOVE"
	HarmBlockThresholdMediumAndAbove HarmBlockThreshold = "BLOCK_MEDIUM_AND_ABOVE"
	HarmBlockThresholdOnlyHigh       HarmBlockThreshold = "BLOCK_ONLY_HIGH"
	HarmBlockThresholdNone           HarmBlockThreshold = "BLOCK_NONE"
)

// FinishReason says why an answer ends. The service may have others than those named here.
type FinishReason string

// Reasons for which answers end.
const (
	FinishReasonUnspecified FinishReason = "FINISH_REASON_UNSPECIFIED"
	FinishReasonStop        FinishReason = "STOP"
	FinishReasonMaxTokens   FinishReason = "MAX_TOKENS"
	FinishReasonSafety      FinishReason = "SAFETY"
	FinishReasonRecitation  FinishReason = "RECITATION"
	FinishReasonLanguage    FinishReason = "LANGUAGE"
	FinishReasonOther       FinishReason = "OTHER"
)

// HarmProbability is how probable a harm is.
type HarmProbability string

// The probabilities of harm.
const (
	HarmProbabilityUnspecified HarmProbability = "HARM_PROBABILITY_UNSPECIFIED"
	HarmProbabilityNegligible  HarmProbability = "NEGLIGIBLE"
	HarmProbabilityLow         HarmProbability = "LOW"
	HarmProbabilityMedium      HarmProbability = "MEDIUM"
	HarmProbabilityHigh        HarmProbability = "HIGH"
)

// BlockReason says why a request was blocked.
type BlockReason string

// Reasons for which requests are blocked.
const (
	BlockReasonUnspecified BlockReason = "BLOCKED_REASON_UNSPECIFIED"
	BlockReasonSafety      BlockReason = "SAFETY"
	BlockReasonOther       BlockReason = "OTHER"
)
