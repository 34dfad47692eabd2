//===- data.h - data sets as in torchvision ---------------------*- C++ -*-===//
//
//     namespace data = nnc::data;
//
//     data::FashionMNIST test_data("data", /*train=*/false, data::ToTensor());
//     data::DataLoader test_dataloader(test_data, {/*batch_size=*/64});
//     data::ConfusionMatrix matrix(test_data.classes());
//     for (auto &&[images, labels] : test_dataloader)
//       matrix.add(model(images).argmax(1), labels);
//     std::cout << matrix.accuracy() << '\n' << matrix << '\n';
//
// Names, defaults, printed forms and the order of a seeded shuffle are those of torchvision and torch.utils.data.
// Errors are thrown as nnc::Error. Nothing is downloaded.
//
//===----------------------------------------------------------------------===//

#ifndef NNC_DATA_H
#define NNC_DATA_H

#include "nnc/data/ConfusionMatrix.h"
#include "nnc/data/DataLoader.h"
#include "nnc/data/Dataset.h"
#include "nnc/data/MNIST.h"
#include "nnc/data/Transforms.h"

#endif // NNC_DATA_H
