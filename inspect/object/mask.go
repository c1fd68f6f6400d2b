package object

import (
	"strings"

	"github.com/aksight/aksight/inspect/document"
)

// What is hidden of an object's document, in one list:
//
//   - annotations that repeat the manifest, values and all: dropped (manifestCopies)
//   - a value beside a name that is a secret's, as environment variables and HTTP
//     headers have them: hidden whole (secretName); its name stays
//   - options of volumes and storage classes whose key is a secret's: hidden whole
//   - what follows a flag such as --password in a command line: hidden (maskWords)
//   - of ConfigMaps all values: what looks like a secret leaves its key (keepKeys)
//   - in every other text passwords in URLs and connection strings, and what has the
//     form of a token or private key: that part is hidden (maskText)
//
// document.Hidden stands in their place, so that rules still see that one was there.

// manifestCopies are annotations in which tools keep the manifest once more.
var manifestCopies = []string{
	"kubectl.kubernetes.io/last-applied-configuration",
	"kapp.k14s.io/original",
	"objectset.rio.cattle.io/applied",
	"banzaicloud.com/last-applied",
}

// openMaps hold options of somebody else's, by names of their own.
var openMaps = map[string]bool{"options": true, "parameters": true, "volumeAttributes": true}

// harmless are fields that hold no text of anybody's own.
var harmless = map[string]bool{
	"apiVersion": true, "kind": true, "name": true, "namespace": true, "labels": true, "matchLabels": true, "image": true, "imageID": true, "containerID": true,
	"caBundle": true, "uid": true, "conditions": true, "ownerReferences": true, "managedFields": true, "selector": true, "sysctls": true,
}

// mask hides what is secret in a document, in place.
func mask(tree map[string]any) {
	for key, value := range tree {
		if !harmless[key] {
			tree[key] = maskValue(key, value)
		}
	}
}

func maskValue(key string, value any) any {
	switch value := value.(type) {
	case string:
		return maskText(value)
	case []any:
		if key == "command" || key == "args" {
			maskWords(value)
			return value
		}
		for i, each := range value {
			value[i] = maskValue("", each)
		}
	case map[string]any:
		maskMap(key, value)
	}
	return value
}

func maskMap(key string, tree map[string]any) {
	if key == "metadata" {
		annotations, _ := tree["annotations"].(map[string]any)
		for _, copied := range manifestCopies {
			delete(annotations, copied)
		}
	}
	if name, is := tree["name"].(string); is {
		if value, is := tree["value"].(string); is && secretName(name) && secretValue(value) {
			tree["value"] = document.Hidden
		}
	}
	for field, value := range tree {
		text, is := value.(string)
		switch {
		case harmless[field]:
		case is && openMaps[key] && secretName(field) && secretValue(text):
			tree[field] = document.Hidden
		default:
			tree[field] = maskValue(field, value)
		}
	}
}

// maskWords hides in a command line what follows a secret's flag, in the same word or
// in the next one.
func maskWords(words []any) {
	follows := false
	for i, each := range words {
		word, is := each.(string)
		if !is {
			follows = false
			continue
		}
		switch flag, _, joined := strings.Cut(word, "="); {
		case follows && secretValue(word) && !strings.HasPrefix(word, "-"):
			words[i], follows = document.Hidden, false
		case strings.HasPrefix(word, "-") && !joined && !strings.ContainsAny(word, " \n"):
			follows = secretName(word)
		case strings.HasPrefix(word, "-") && secretName(flag) && !strings.ContainsAny(flag, " \n") && secretValue(word[len(flag)+1:]):
			words[i], follows = flag+"="+document.Hidden, false
		default:
			words[i], follows = maskText(word), false
		}
	}
}

// maskAnnotations hides what is secret in annotations, in place.
func maskAnnotations(annotations map[string]string) {
	for _, copied := range manifestCopies {
		delete(annotations, copied)
	}
	for key, value := range annotations {
		if masked := maskText(value); masked != value {
			annotations[key] = masked
		}
	}
}
